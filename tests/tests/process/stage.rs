//! A city in a PostgreSQL database, for several servers.

use std::ffi::OsStr;

use tempfile::TempDir;
use tests::cable::Cable;
use tests::postgres::Cluster;
use tests::process::{Baodao, Place};

use crate::crowd::Told;

pub struct Stage {
    pub cluster: Cluster,
    pub database: String,
    pub folder: TempDir,
}

impl Stage {
    /// Makes a city of some members.
    pub async fn set(members: usize) -> Told<Self> {
        let cluster = Cluster::start().await?;
        let database = cluster.database().await?;
        let stage = Self {
            cluster,
            database,
            folder: tempfile::tempdir()?,
        };
        Baodao::city(stage.place(), members).await?;
        Ok(stage)
    }

    pub fn place(&self) -> Place {
        Place::Database(self.cluster.url(&self.database))
    }

    /// Starts a server.
    pub async fn serve(&self) -> Told<Baodao> {
        Ok(Baodao::serve(self.place(), self.folder.path(), 0).await?)
    }

    /// Starts a server whose way to the database is a cable.
    pub async fn serve_through(&self, cable: &Cable) -> Told<Baodao> {
        let url = self.cluster.url_through(cable.address(), &self.database);
        Ok(Baodao::serve(Place::Database(url), self.folder.path(), 0).await?)
    }

    /// Runs a command on the database; what it prints holds no password.
    pub async fn command(&self, words: &[&str]) -> Told<String> {
        self.command_on(&self.place(), words).await
    }

    /// Runs a command on another place.
    pub async fn command_on(&self, place: &Place, words: &[&str]) -> Told<String> {
        let printed = Baodao::run_on(place, words.iter().map(OsStr::new)).await;
        let words = match &printed {
            Ok(words) => words.clone(),
            Err(error) => error.to_string(),
        };
        self.expect_no_password(&words);
        Ok(printed?)
    }

    /// Checks that the password is not in what was printed.
    pub fn expect_no_password(&self, printed: &str) {
        assert!(!printed.contains(self.cluster.password()), "{printed}");
    }

    /// Checks the derived rows, makes them anew while the servers run, and checks them again.
    pub async fn expect_sound(&self, claims: usize) -> Told {
        let claims = format!("claim: {claims} rows, as a rebuild makes them");
        let verified = self.command(&["verify"]).await?;
        assert!(verified.contains(&claims), "{verified}");
        self.command(&["rebuild"]).await?;
        assert_eq!(self.command(&["verify"]).await?, verified);
        Ok(())
    }
}

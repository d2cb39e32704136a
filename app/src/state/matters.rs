//! Registrations, service and the lists: what stands, and what people say about it.

use leptos::prelude::*;
use shared::client::{Engine, MatterView};
use shared::codes::Code;
use shared::ids::{EntryId, OrganisationId};
use shared::reconcile::{BoardItem, Matter};
use shared::records::{
    Listing, Rating, Record, Reply, ReplyWord, Request, Subject, Topic, Withdrawal,
};
use shared::words::Satisfaction;

use super::AppState;

/// Characters that a signature has at most.
const SIGNATURE: usize = 40;

/// What is shown.
impl AppState {
    /// Returns every request that concerns the owner or that the owner decides on, the newest first;
    /// with what was said on this phone and is not uploaded yet.
    pub fn matters(self) -> Signal<Vec<MatterView>> {
        Memo::new(move |_| {
            self.revision.track();
            self.driver().read(Engine::matters).unwrap_or_default()
        })
        .into()
    }

    /// Returns what stands on the boards that this phone holds, by community, then title.
    pub fn boards(self) -> Signal<Vec<BoardItem>> {
        Memo::new(move |_| {
            self.revision.track();
            self.driver().read(Engine::boards).unwrap_or_default()
        })
        .into()
    }
}

/// What people do.
impl AppState {
    /// Asks a community or a team to accept something; `asker` is the organisation in whose name, the
    /// owner's own without.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn ask(
        self,
        to: OrganisationId,
        asker: Option<OrganisationId>,
        replaces: Option<EntryId>,
        subject: Subject,
    ) -> Result<EntryId, Code> {
        self.enter(Record::Request(Request {
            to,
            asker,
            replaces,
            subject,
        }))
        .await
    }

    /// 注销, 撤回: takes a request back.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn take_back(self, matter: &Matter, reason: String) -> Result<EntryId, Code> {
        self.take_back_for(std::slice::from_ref(matter), reason)
            .await
    }

    /// Takes a request back for those whom it concerns, all of one request.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn take_back_for(self, matters: &[Matter], reason: String) -> Result<EntryId, Code> {
        let request = matters.first().ok_or(Code::EntryMalformed)?.request;
        self.enter(Record::Withdrawal(Withdrawal {
            request,
            topics: topics(matters),
            reason: reason.trim().to_owned(),
        }))
        .await
    }

    /// Decides on a request in the name of the asked organisation; `matters` are those whom it
    /// concerns, all of one request.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn reply(self, matters: &[Matter], word: ReplyWord) -> Result<EntryId, Code> {
        let request = matters.first().ok_or(Code::EntryMalformed)?.request;
        let mut knew: Vec<EntryId> = matters
            .iter()
            .flat_map(|matter| matter.said.iter().copied())
            .collect();
        knew.sort_unstable();
        knew.dedup();
        self.enter(Record::Reply(Reply {
            request,
            topics: topics(matters),
            word,
            knew,
            signed_by: self.signature()?,
        }))
        .await
    }

    /// 评价: says how the community found work that was done for it; `matters` are those whom it
    /// concerns, all of one request.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn rate(
        self,
        matters: &[Matter],
        satisfaction: Satisfaction,
        words: String,
    ) -> Result<EntryId, Code> {
        let request = matters.first().ok_or(Code::EntryMalformed)?.request;
        self.enter(Record::Rating(Rating {
            request,
            topics: topics(matters),
            satisfaction,
            words: words.trim().to_owned(),
            signed_by: self.signature()?,
        }))
        .await
    }

    /// Puts something on a community's lists, or revises it.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn list(self, listing: Listing) -> Result<EntryId, Code> {
        self.enter(Record::Listing(listing)).await
    }

    fn signature(self) -> Result<String, Code> {
        let name = self
            .directory
            .with_untracked(|slice| slice.as_ref().map(|slice| slice.owner.name.clone()));
        let name = name.ok_or(Code::Forbidden)?;
        Ok(name.chars().take(SIGNATURE).collect())
    }
}

fn topics(matters: &[Matter]) -> Vec<Topic> {
    let mut topics: Vec<Topic> = matters.iter().map(|matter| matter.topic).collect();
    topics.sort_unstable();
    topics.dedup();
    topics
}

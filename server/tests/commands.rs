//! Commands of the program, typed as an operator types them.

use std::path::Path;
use std::process::{Command, Output};

use server::directory::member_id;
use server::store::Store;
use server::store::identity::{Enrolling, EnrolmentResult};
use server::store::sqlite::SqliteStore;
use shared::ids::{AreaCode, DeviceId};
use shared::time::{DAY_MS, Timestamp};
use uuid::Uuid;

fn baodao(arguments: &[&str], data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baodao"));
    command.args(arguments).arg("--data").arg(data);
    command.output().expect("the program runs")
}

fn lines(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Binds a phone to the administrator with a code of `baodao enrol`.
async fn enrol(store: &SqliteStore, data: &Path, key: u8) -> DeviceId {
    let code = lines(&baodao(&["enrol", "--member", "admin"], data)).remove(0);
    let code = server::auth::EnrolmentCode::parse(&code).unwrap();
    let enrolling = Enrolling {
        code_hash: code.hash(),
        device: DeviceId(Uuid::now_v7()),
        public_key: vec![key; 65],
        label: "手机".to_owned(),
        token_hash: [key; 32],
        session_expires_at: Timestamp(1),
        now: Timestamp(0),
    };
    match store.enrol(enrolling).await.unwrap() {
        EnrolmentResult::Enrolled { device, .. } => device,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_operator_takes_one_phone_or_all_of_a_member_out_of_use() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let init = [
        "init",
        "--city-code",
        "441200",
        "--city-name",
        "肇庆市",
        "--admin-name",
        "甲",
    ];
    lines(&baodao(&init, data));
    let store = SqliteStore::open(data).unwrap();
    let first = enrol(&store, data, 1).await;
    let second = enrol(&store, data, 2).await;
    let third = enrol(&store, data, 3).await;
    let revoked = lines(&baodao(&["revoke", "--device", &second.to_string()], data));
    assert_eq!(revoked, [second.to_string()]);
    let revoked = lines(&baodao(&["revoke", "--member", "admin"], data));
    assert_eq!(revoked, [first.to_string(), third.to_string()]);
    assert!(lines(&baodao(&["revoke", "--member", "admin"], data)).is_empty());
    let member = member_id(&AreaCode::parse("441200").unwrap(), "admin");
    let devices = store.devices(member).await.unwrap();
    assert!(devices.iter().all(|device| device.revoked_at.is_some()));
    let log = store.audit_log(3).await.unwrap();
    assert!(log.iter().all(|record| record.event == "device_revoked"));

    for (arguments, code) in [
        (["revoke", "--device", "nonsense"], "device_unknown"),
        (["revoke", "--member", "nobody"], "member_unknown"),
    ] {
        let output = baodao(&arguments, data);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(code), "{said}");
    }
    assert!(!baodao(&["revoke"], data).status.success(), "it asks which");
}

#[tokio::test]
async fn an_operator_gives_out_a_token_sees_it_and_takes_it_out_of_use() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let init = [
        "init",
        "--city-code",
        "441200",
        "--city-name",
        "肇庆市",
        "--admin-name",
        "甲",
    ];
    lines(&baodao(&init, data));
    let issue = |organisation: &str, scope: &str| {
        let of_whom = ["token", "issue", "--organisation", organisation];
        let what = ["--scope", scope, "--days", "30", "--name", "省平台"];
        baodao(&[&of_whom[..], &what[..]].concat(), data)
    };
    let text = lines(&issue("001", "figures")).remove(0);
    let store = SqliteStore::open(data).unwrap();
    let token = store.token(server::auth::hash(&text)).await.unwrap();
    let token = token.expect("the text is the token");
    assert_eq!(token.expires_at.since(token.created_at), 30 * DAY_MS);
    let by_id = issue(&token.organisation.summary.id.to_string(), "ledgers");
    assert_eq!(lines(&by_id).len(), 1);

    let list = lines(&baodao(&["token", "list"], data));
    assert_eq!(list.len(), 2);
    assert!(
        list[0].contains("figures\t001\t肇庆市\t省平台"),
        "{}",
        list[0]
    );
    assert!(list[0].ends_with("never used") && !list[0].contains(&text));

    let id = token.id.to_string();
    assert_eq!(lines(&baodao(&["token", "revoke", &id], data)), [id]);
    let list = lines(&baodao(&["token", "list"], data));
    assert!(list[0].contains("\trevoked ") && list[1].contains("\tuntil "));
    let log = store.audit_log(3).await.unwrap();
    let events: Vec<_> = log.iter().map(|record| &*record.event).collect();
    assert_eq!(events, ["token_revoked", "token_issued", "token_issued"]);

    let nobody = DeviceId(Uuid::nil()).to_string();
    for (output, code) in [
        (issue("009", "figures"), "organisation_unknown"),
        (issue("x", "figures"), "organisation_unknown"),
        (baodao(&["token", "revoke", &nobody], data), "token_unknown"),
    ] {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(code), "{said}");
    }
    assert!(!issue("001", "everything").status.success());
}

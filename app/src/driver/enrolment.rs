//! Binding this phone to a person, renewing its session, and letting it go.

use std::rc::Rc;

use shared::api::{Challenge, ChallengeRequest, EnrolRequest, Enrolled, SessionRequest};
use shared::client::{Binding, Identity, NetworkFault};
use shared::codes::Code;
use shared::ids::DeviceId;
use wasm_bindgen_futures::spawn_local;

use super::keys::{DeviceKey, KeyFault};
use super::run::Run;
use super::storage::{DEVICE_KEY, Fault, NEXT_KEY};
use super::{AppPhase, Driver, News, local, network};

/// The longest label that the server takes, in characters.
const LABEL_CHARACTERS: usize = 80;

impl Driver {
    /// Binds this phone with a code and starts the engine. A phone that the server does not take for
    /// its owner's any more is bound anew, under a new key, over the rows it has.
    ///
    /// The key is durable before the code is used up: an attempt whose answer is lost is repeated
    /// with the same key, so that the server can know it again.
    pub(crate) async fn enrol(self: &Rc<Self>, code: &str) -> Result<Enrolled, Code> {
        let bound = self.read(|engine| engine.status().binding);
        let is_again = matches!(bound, Some(Binding::Loose(_)));
        if (bound.is_some() && !is_again) || self.enrolling.replace(true) {
            return Err(Code::AlreadyRecorded);
        }
        // Two claims on the storage would take each other's rows.
        self.stop();
        let result = self.bind(code.trim(), is_again).await;
        self.enrolling.set(false);
        if result.is_err() && is_again {
            self.open();
        }
        let enrolled = result?;
        local::note_enrolled(enrolled.device);
        let phase = self.open_storage().await.map_err(code_of)?;
        (self.tell)(News::Phase(phase));
        self.follow_server();
        let tell = Rc::clone(&self.tell);
        spawn_local(async move { tell(News::Persistence(local::ask_for_persistence().await)) });
        Ok(enrolled)
    }

    async fn bind(&self, code: &str, is_again: bool) -> Result<Enrolled, Code> {
        let held = self.storage.claim().await.map_err(code_of)?;
        let known = if is_again { held.next_key } else { held.key };
        let key = match known {
            Some(key) => key,
            None => {
                let key = DeviceKey::generate().await.map_err(key_code)?;
                let place = if is_again { NEXT_KEY } else { DEVICE_KEY };
                self.storage.keep_key(place, &key).await.map_err(code_of)?;
                key
            }
        };
        let request = EnrolRequest {
            code: code.to_owned(),
            public_key: key.public_point().await.map_err(key_code)?,
            signature: key
                .sign(&format!("baodao-enrol:{code}"))
                .await
                .map_err(key_code)?,
            label: label(&user_agent()),
        };
        let answer = network::post_json("/api/enrol", &request).await;
        let enrolled: Enrolled = network::read_json(answer)?;
        let identity = Identity {
            device: enrolled.device,
            member: enrolled.member,
        };
        self.storage
            .keep_identity(identity, &key)
            .await
            .map_err(code_of)?;
        Ok(enrolled)
    }

    /// Removes everything from this phone.
    pub(crate) async fn sign_out(self: &Rc<Self>) -> Result<(), Code> {
        let run = self.current().ok_or(Code::NotSignedIn)?;
        if run.read(|engine| engine.status().unsent) > 0 {
            self.wake();
            return Err(Code::NetworkUnreachable);
        }
        self.empty(&run).await
    }

    /// Removes everything and leaves the phone unbound.
    pub(super) async fn empty(self: &Rc<Self>, run: &Run) -> Result<(), Code> {
        self.stop();
        if let Err(fault) = run.clear().await {
            // What could not be removed is shown again.
            self.open();
            return Err(code_of(fault));
        }
        local::note_signed_out();
        (self.tell)(News::Phase(AppPhase::NotEnrolled));
        Ok(())
    }
}

/// Renews the session of a device by proof of its key.
pub(super) async fn sign_in(device: DeviceId, key: &DeviceKey) -> Result<(), NetworkFault> {
    let request = ChallengeRequest { device };
    let answer = network::post_json("/api/session/challenge", &request).await;
    // Without a session nothing can end: whoever is told so is not known any more.
    let known = |fault| match fault {
        NetworkFault::Refused {
            code: Code::SessionExpired,
            ..
        } => refused(Code::NotSignedIn),
        fault => fault,
    };
    let body = answer.map_err(known)?;
    let Challenge { challenge } =
        serde_json::from_slice(&body).map_err(|_| NetworkFault::Unreachable)?;
    let signature = key
        .sign(&format!("baodao-session:{challenge}"))
        .await
        .map_err(|fault| refused(key_code(fault)))?;
    let request = SessionRequest {
        device,
        challenge,
        signature,
    };
    let answer = network::post_json("/api/session", &request).await;
    answer.map(drop).map_err(known)
}

/// Returns a refusal that names no pause.
pub(super) fn refused(code: Code) -> NetworkFault {
    NetworkFault::Refused {
        code,
        retry_after_ms: None,
    }
}

/// Returns the code of a fault that people see.
pub(super) fn code_of(fault: Fault) -> Code {
    match fault {
        Fault::Storage(fault) => fault.code(),
        Fault::LeadLost | Fault::Emptied => Code::StorageUnavailable,
    }
}

fn key_code(_: KeyFault) -> Code {
    Code::KeyInvalid
}

fn user_agent() -> String {
    let navigator = web_sys::window().map(|window| window.navigator());
    navigator
        .and_then(|navigator| navigator.user_agent().ok())
        .unwrap_or_default()
}

/// Returns what tells one of a person's phones from another: the kind of phone, and the app that
/// the page is open in when it is no ordinary browser.
fn label(user_agent: &str) -> String {
    const PHONES: [&str; 8] = [
        "iPhone",
        "iPad",
        "HarmonyOS",
        "Android",
        "Windows",
        "Macintosh",
        "CrOS",
        "Linux",
    ];
    const APPS: [(&str, &str); 3] = [
        ("MicroMessenger", "WeChat"),
        ("DingTalk", "DingTalk"),
        ("QQ/", "QQ"),
    ];
    let phone = PHONES.into_iter().find(|name| user_agent.contains(name));
    let app = APPS.into_iter().find(|(mark, _)| user_agent.contains(mark));
    let model = model(user_agent);
    let parts = [phone, model, app.map(|(_, name)| name)];
    let label = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    label.chars().take(LABEL_CHARACTERS).collect()
}

/// Returns the model that Android browsers name: `(Linux; Android 14; V2309A Build/…)`.
fn model(user_agent: &str) -> Option<&str> {
    let (_, rest) = user_agent.split_once("Android ")?;
    let (inside, _) = rest.split_once(')')?;
    let model = inside.split(';').nth(1)?.split(" Build/").next()?.trim();
    // Newer browsers hide the model behind a single letter.
    (model.chars().count() > 1 && model != "wv").then_some(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_tells_the_phones_of_one_person_apart() {
        let wechat = "Mozilla/5.0 (Linux; Android 14; V2309A Build/UP1A; wv) AppleWebKit/537.36 \
                      (KHTML, like Gecko) Chrome/126 Mobile Safari/537.36 MicroMessenger/8.0.50";
        assert_eq!(label(wechat), "Android · V2309A · WeChat");
        let reduced = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140 Mobile";
        assert_eq!(label(reduced), "Android");
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15";
        assert_eq!(label(iphone), "iPhone");
        assert_eq!(label(""), "");
        let long = format!("Android 14; {})", "好".repeat(200));
        assert_eq!(label(&long).chars().count(), LABEL_CHARACTERS);
    }
}

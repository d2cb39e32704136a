//! Checking in by the host's code: what a scanned code is, the claim made of it, and the answer that
//! the host scans.

use leptos::prelude::*;
use leptos::web_sys::{File, HtmlVideoElement};
use shared::client::{ActivityView, Engine, RecordState};
use shared::codes::Code;
use shared::ids::{ActivityId, EntryId};
use shared::records::{Claim, Evidence, Presence, Record, Scan};
use shared::time::Timestamp;
use shared::witness::{
    ANSWER_CODE_PATH, AnswerCode, CLOCKS_APART_MS, CODE_FRESH_MS, HOST_CODE_PATH, HostCode,
};

use super::AppState;
use crate::driver::{self, CameraFault};

/// Why the sheet for scanning is up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScanRequest {
    /// To scan, at this activity if one is meant.
    Camera(Option<ActivityId>),
    /// To read the address that the phone's own scanner opened.
    Link(String),
    /// To show again the answer of a check-in by scan.
    Answer(ActivityId),
}

/// A host's code that was read and not found to be forged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The code.
    pub code: HostCode,
    /// What the activity is about, where it stands in a calendar here.
    pub topic: Option<String>,
    /// What speaks against going on at once, the gravest first.
    pub doubt: Option<Doubt>,
    /// Whether this phone knows the host's key; if not, the server will check the code.
    pub key_known: bool,
}

/// What speaks against going on at once; a person may go on all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It is the code of another activity than the one meant.
    Elsewhere,
    /// The activity stands in no calendar here.
    Unlisted,
    /// It was made longer ago than a code is fresh: it will count as late evidence.
    Stale,
}

/// The answer that the host scans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The address that stands in the QR code.
    pub address: String,
    /// The activity.
    pub activity: ActivityId,
}

/// An open camera; dropping it closes it.
pub struct Camera(driver::Camera);

/// While it lives the screen stays lit.
pub struct ScreenLight {
    _awake: driver::Awake,
}

impl Camera {
    /// Tells whether the camera has a torch.
    pub fn has_torch(&self) -> bool {
        self.0.has_torch()
    }

    /// Lights the torch, or puts it out.
    pub fn light(&self, on: bool) {
        self.0.light(on);
    }
}

impl AppState {
    /// Returns why the sheet for scanning is up; `None` while it is down.
    pub fn scan(self) -> RwSignal<Option<ScanRequest>> {
        self.scan
    }

    /// Opens the camera in a video element and hears every text that comes into its sight, once.
    ///
    /// # Errors
    /// Why there is no camera.
    pub async fn open_camera(
        self,
        video: HtmlVideoElement,
        hear: impl Fn(String) + 'static,
    ) -> Result<Camera, CameraFault> {
        driver::Camera::open(video, hear).await.map(Camera)
    }

    /// Returns the text of the QR code in a photo.
    pub async fn read_photo(self, photo: &File) -> Option<String> {
        driver::read_photo(photo).await
    }

    /// Keeps the screen lit for as long as what it returns lives.
    pub fn keep_screen_lit(self) -> ScreenLight {
        ScreenLight {
            _awake: driver::Awake::keep(),
        }
    }

    /// Reads a scanned text as the code of a host, at the activity `wanted` if one is meant.
    ///
    /// # Errors
    /// [`Code::ScanUnreadable`], [`Code::ActivityElsewhere`] for the code of another city's app, or
    /// [`Code::ScanForged`].
    pub async fn read_code(
        self,
        scanned: &str,
        wanted: Option<ActivityId>,
    ) -> Result<Reading, Code> {
        let code = HostCode::parse(scanned)?;
        if is_of_another_app(scanned, &driver::origin()) {
            return Err(Code::ActivityElsewhere);
        }
        let view = self.activities.with_untracked(|views| {
            let is_it = |view: &&ActivityView| view.activity.current.plan.activity == code.activity;
            views.iter().find(is_it).cloned()
        });
        let owner = view.as_ref().map(|view| view.activity.current.organisation);
        if owner.is_some_and(|organisation| organisation != code.organisation) {
            return Err(Code::ScanForged);
        }
        let key_known = self.is_by_a_known_host(&code).await?;
        let age_ms = code.age_ms(self.city_time());
        let doubt = doubt(&code, wanted, view.is_some(), age_ms);
        Ok(Reading {
            topic: view.map(|view| view.activity.current.plan.topic),
            code,
            doubt,
            key_known,
        })
    }

    /// Tells whether a host whose key this phone knows made the code; `false` where it knows no key.
    async fn is_by_a_known_host(self, code: &HostCode) -> Result<bool, Code> {
        let driver = self.driver();
        let keys = driver.read(|engine| {
            let of_host = engine.host_keys().iter().filter(|key| {
                key.organisation == code.organisation && key.device == code.scan.host
            });
            of_host.map(|key| key.public_key).collect::<Vec<_>>()
        });
        let (keys, message) = (keys.unwrap_or_default(), code.message());
        for key in &keys {
            if driver.is_signed(key, &message, &code.scan.signature).await {
                return Ok(true);
            }
        }
        if keys.is_empty() {
            Ok(false)
        } else {
            Err(Code::ScanForged)
        }
    }

    /// 扫码签到: enters the claim, and returns the answer once the claim is durable. The same code
    /// scanned again returns the answer again.
    ///
    /// # Errors
    /// As [`AppState::enter`], or [`Code::KeyInvalid`].
    pub async fn check_in_by_code(self, code: &HostCode) -> Result<Answer, Code> {
        let evidence = Evidence::Scan(code.scan.clone());
        let presence = self.presence_at(code.organisation, code.activity, evidence)?;
        let entered = self.enter(Record::Claim(Claim::CheckIn(presence))).await;
        let claim = match entered {
            Err(Code::AlreadyRecorded) => self
                .own_scans(code.activity)
                .into_iter()
                .find(|(_, scan)| scan.nonce == code.scan.nonce && scan.host == code.scan.host)
                .map(|(claim, _)| claim)
                .ok_or(Code::AlreadyRecorded)?,
            entered => entered?,
        };
        self.answer(code.activity, claim, &code.scan).await
    }

    /// 输入六位签到码: enters the digits under the host's code.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn check_in_by_digits(
        self,
        view: &ActivityView,
        digits: u32,
    ) -> Result<EntryId, Code> {
        let presence = self.presence(view, Evidence::Typed { digits })?;
        self.enter(Record::Claim(Claim::CheckIn(presence))).await
    }

    /// Returns the answer of the owner's newest check-in by scan at an activity.
    ///
    /// # Errors
    /// [`Code::ActivityUnknown`] where there is none, or [`Code::KeyInvalid`].
    pub async fn answer_again(self, activity: ActivityId) -> Result<Answer, Code> {
        let newest = self.own_scans(activity).into_iter().next();
        let (claim, scan) = newest.ok_or(Code::ActivityUnknown)?;
        self.answer(activity, claim, &scan).await
    }

    /// The owner's check-ins by scan at an activity, the newest first.
    fn own_scans(self, activity: ActivityId) -> Vec<(EntryId, Scan)> {
        let records = self.driver().read(Engine::records).unwrap_or_default();
        let standing = records
            .into_iter()
            .filter(|view| !matches!(view.state, RecordState::Refused(_)));
        let scans = standing.filter_map(|view| match view.entry.record {
            Record::Claim(Claim::CheckIn(Presence {
                activity: of,
                evidence: Evidence::Scan(scan),
                ..
            })) if of == activity => Some((view.entry.id, scan)),
            _ => None,
        });
        scans.collect()
    }

    async fn answer(
        self,
        activity: ActivityId,
        claim: EntryId,
        scan: &Scan,
    ) -> Result<Answer, Code> {
        let driver = self.driver();
        let identity = driver.identity().ok_or(Code::StorageUnavailable)?;
        let name = self.directory.with_untracked(|slice| {
            slice
                .as_ref()
                .map(|slice| slice.owner.name.clone())
                .unwrap_or_default()
        });
        let mut answer = AnswerCode {
            activity,
            claim,
            member: identity.member,
            device: identity.device,
            host: scan.host,
            counter: scan.counter,
            nonce: scan.nonce,
            name,
            signature: [0; 64].into(),
        };
        answer.signature = driver.sign(&answer.message()).await?;
        let (origin, text) = (driver::origin(), answer.to_text());
        Ok(Answer {
            address: format!("{origin}{ANSWER_CODE_PATH}#{text}"),
            activity,
        })
    }

    /// The server's time as far as this phone knows it.
    pub(super) fn city_time(self) -> Timestamp {
        let offset_ms = self.status.with_untracked(|status| status.clock_offset_ms);
        driver::now().plus(offset_ms)
    }

    /// Returns the address that stands in the QR code of a host's code.
    pub(super) fn code_address(self, code: &HostCode) -> String {
        format!("{}{HOST_CODE_PATH}#{}", driver::origin(), code.to_text())
    }
}

fn doubt(
    code: &HostCode,
    wanted: Option<ActivityId>,
    is_listed: bool,
    age_ms: i64,
) -> Option<Doubt> {
    if wanted.is_some_and(|wanted| wanted != code.activity) {
        Some(Doubt::Elsewhere)
    } else if !is_listed {
        Some(Doubt::Unlisted)
    } else if !(-CLOCKS_APART_MS..=CODE_FRESH_MS).contains(&age_ms) {
        Some(Doubt::Stale)
    } else {
        None
    }
}

/// Tells whether a scanned address is one of another app: another city's, for instance.
fn is_of_another_app(scanned: &str, origin: &str) -> bool {
    scanned
        .trim()
        .split_once('#')
        .is_some_and(|(address, _)| address.strip_suffix(HOST_CODE_PATH) != Some(origin))
}

#[cfg(test)]
mod tests {
    use shared::ids::{DeviceId, OrganisationId};
    use uuid::Uuid;

    use super::*;

    fn code() -> HostCode {
        HostCode {
            organisation: OrganisationId(Uuid::nil()),
            activity: ActivityId(Uuid::from_u128(7)),
            scan: Scan {
                host: DeviceId(Uuid::nil()),
                counter: 1,
                issued_at: Timestamp(0),
                nonce: [0; 8].into(),
                signature: [0; 64].into(),
            },
        }
    }

    #[test]
    fn a_fresh_code_of_the_activity_meant_raises_no_doubt() {
        let here = Some(code().activity);
        assert_eq!(doubt(&code(), here, true, 3_000), None);
        assert_eq!(doubt(&code(), None, true, CODE_FRESH_MS), None);
        assert_eq!(doubt(&code(), None, true, -CLOCKS_APART_MS), None);
    }

    #[test]
    fn the_gravest_doubt_is_told_first() {
        let other = Some(ActivityId(Uuid::from_u128(8)));
        assert_eq!(doubt(&code(), other, false, 99_000), Some(Doubt::Elsewhere));
        assert_eq!(doubt(&code(), None, false, 99_000), Some(Doubt::Unlisted));
        assert_eq!(
            doubt(&code(), None, true, CODE_FRESH_MS + 1),
            Some(Doubt::Stale)
        );
        assert_eq!(
            doubt(&code(), None, true, -CLOCKS_APART_MS - 1),
            Some(Doubt::Stale)
        );
    }

    #[test]
    fn a_code_of_another_citys_app_is_told_apart_by_its_address() {
        let own = "https://baodao.example";
        let text = code().to_text();
        assert!(!is_of_another_app(&format!("{own}/scan#{text}"), own));
        assert!(!is_of_another_app(&text, own));
        for other in ["https://other.example", "https://baodao.example.net"] {
            assert!(is_of_another_app(&format!("{other}/scan#{text}"), own));
        }
    }
}

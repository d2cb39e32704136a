//! The host's side of a check-in: the code that changes every quarter of a minute, the key that members
//! verify it by, and the answers that become marks.
//!
//! What was shown is kept in local storage, for an answer may be opened in another tab by the phone's
//! own scanner. It holds nothing secret: everybody in the hall saw it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;
use shared::client::ActivityView;
use shared::codes::Code;
use shared::ids::{ActivityId, MemberId, OrganisationId};
use shared::limits::GRACE_MS;
use shared::project::MarkRow;
use shared::records::{HostKey, Mark, MarkEntry, Record, Scan};
use shared::time::{HOUR_MS, Timestamp};
use shared::witness::{AnswerCode, CODE_SHOWN_MS, HostCode};
use shared::words::MarkKind;

use super::AppState;
use super::roll_call::standing;
use crate::driver;

/// How long an answer to a code is known as one.
const ANSWERED_WITHIN_MS: i64 = HOUR_MS;
/// The key of what was shown, before the activity's id.
const SHOWN_KEY: &str = "baodao.shown.";

/// A code on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCode {
    /// The address that stands in the QR code.
    pub address: String,
    /// The six digits under it.
    pub digits: u32,
    /// When it came up, by this phone's clock.
    pub shown_at: Timestamp,
}

/// A member whose answer was scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// The member.
    pub member: MemberId,
    /// The name: the roster's, or the answer's where the roster here does not have it.
    pub name: String,
    /// Present or late.
    pub kind: MarkKind,
    /// Whether the same answer had been scanned before.
    pub again: bool,
}

/// What is remembered of a code that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Memory {
    counter: u32,
    nonce: ByteArray<8>,
    shown_at: Timestamp,
}

impl ShownCode {
    /// Returns how long the code is still shown, in whole seconds.
    pub fn seconds_left(&self, now: Timestamp) -> i64 {
        let left_ms = CODE_SHOWN_MS - now.since(self.shown_at);
        (left_ms.clamp(0, CODE_SHOWN_MS) + 999) / 1_000
    }

    /// Tells whether another code is due. A clock that was set back asks for one too.
    pub fn is_over(&self, now: Timestamp) -> bool {
        !(0..CODE_SHOWN_MS).contains(&now.since(self.shown_at))
    }
}

impl AppState {
    /// Announces this phone's key to the organisations of its owner's own rights, as soon as they are
    /// known: members then have it before they scan the first code.
    pub fn announce_host(self) {
        let organisations = Memo::new(move |_| {
            let grants = self.grants();
            let synced = self.status.with(|status| status.synced_at.is_some());
            let organisations = grants.into_iter().map(|grant| grant.organisation);
            synced.then(|| organisations.collect::<Vec<_>>())
        });
        Effect::new(move || {
            let organisations = organisations.get().unwrap_or_default();
            spawn_local(async move {
                for organisation in organisations {
                    // What fails is tried again before the first code is shown, and told there.
                    let _ = self.announce_key(organisation).await;
                }
            });
        });
    }

    /// Enters this phone's key in an organisation's calendar unless it stands there.
    async fn announce_key(self, organisation: OrganisationId) -> Result<(), Code> {
        let driver = self.driver();
        let device = driver.identity().ok_or(Code::StorageUnavailable)?.device;
        let public_key = driver.public_key().await?;
        let stands = driver.read(|engine| {
            engine.host_keys().iter().any(|key| {
                key.organisation == organisation
                    && key.device == device
                    && key.public_key == public_key
            })
        });
        if stands == Some(true) {
            return Ok(());
        }
        let key = HostKey {
            organisation,
            public_key,
        };
        self.enter(Record::HostKey(key)).await.map(drop)
    }

    /// 出示签到码: makes the next code of an activity, and remembers that it was shown.
    ///
    /// # Errors
    /// Why this phone's key cannot be announced or used.
    pub async fn show_code(self, view: &ActivityView) -> Result<ShownCode, Code> {
        let organisation = view.activity.current.organisation;
        let activity = view.activity.current.plan.activity;
        self.announce_key(organisation).await?;
        let driver = self.driver();
        let host = driver.identity().ok_or(Code::StorageUnavailable)?.device;
        let mut shown = remembered(activity, driver::now());
        let mut code = HostCode {
            organisation,
            activity,
            scan: Scan {
                host,
                counter: next_counter(&shown, driver::now()),
                issued_at: self.city_time(),
                nonce: driver.nonce(),
                signature: [0; 64].into(),
            },
        };
        code.scan.signature = driver.sign(&code.message()).await?;
        let shown_at = driver::now();
        shown.push(Memory {
            counter: code.scan.counter,
            nonce: code.scan.nonce,
            shown_at,
        });
        remember(activity, &shown);
        Ok(ShownCode {
            address: self.code_address(&code),
            digits: code.digits(),
            shown_at,
        })
    }

    /// Takes a member's answer: marks the member present, or late, with the answer as witness. The
    /// answer must be to a code that this phone showed, of `wanted` if one activity is meant.
    ///
    /// # Errors
    /// [`Code::ScanUnreadable`], [`Code::ScanElsewhere`], [`Code::AnswerUnknown`], or as
    /// [`AppState::enter`].
    pub async fn witness(
        self,
        scanned: &str,
        wanted: Option<ActivityId>,
    ) -> Result<Witnessed, Code> {
        let answer = AnswerCode::parse(scanned)?;
        if wanted.is_some_and(|wanted| wanted != answer.activity) {
            return Err(Code::ScanElsewhere);
        }
        let (driver, now) = (self.driver(), driver::now());
        let own = driver.identity().map(|identity| identity.device);
        let shown = remembered(answer.activity, now);
        let code = shown
            .iter()
            .find(|code| code.counter == answer.counter && code.nonce == answer.nonce)
            .filter(|_| own == Some(answer.host))
            .ok_or(Code::AnswerUnknown)?;
        let age_ms = now.since(code.shown_at);
        let marks = driver.read(|engine| engine.marks(answer.activity));
        let marks = marks.unwrap_or_default();
        let standing = standing(&marks, answer.member);
        let kind = self.seen_as(answer.activity, &standing);
        let again = standing.iter().any(|row| is_of(row, &answer));
        if !again {
            let witness = answer.witness(age_ms);
            let mut corrects: Vec<_> = standing.iter().map(|row| Some(row.id)).collect();
            if corrects.is_empty() {
                corrects.push(None);
            }
            for corrects in corrects {
                let mark = Mark {
                    activity: answer.activity,
                    member: answer.member,
                    kind,
                    corrects,
                    entered: MarkEntry::Seen,
                    witness: Some(witness.clone()),
                };
                self.enter(Record::Mark(mark)).await?;
            }
        }
        Ok(Witnessed {
            member: answer.member,
            name: self.name_of(answer.member).unwrap_or(answer.name),
            kind,
            again,
        })
    }

    /// What a host has said already stands; who comes later than the grace after the start is late.
    fn seen_as(self, activity: ActivityId, standing: &[&MarkRow]) -> MarkKind {
        let said = standing.iter().rev().map(|row| row.mark.kind);
        let mut said = said.filter(|kind| matches!(kind, MarkKind::Present | MarkKind::Late));
        said.next().unwrap_or_else(|| {
            let starts_at = self.activities.with_untracked(|views| {
                let mut plans = views.iter().map(|view| &view.activity.current.plan);
                plans
                    .find(|plan| plan.activity == activity)
                    .map(|plan| plan.starts_at)
            });
            let is_late =
                starts_at.is_some_and(|starts_at| self.city_time().since(starts_at) > GRACE_MS);
            if is_late {
                MarkKind::Late
            } else {
                MarkKind::Present
            }
        })
    }

    fn name_of(self, member: MemberId) -> Option<String> {
        self.directory.with_untracked(|slice| {
            let members = slice.as_ref()?.members.iter();
            let mut found = members.filter(|known| known.id == member);
            found.next().map(|known| known.name.clone())
        })
    }
}

fn is_of(row: &MarkRow, answer: &AnswerCode) -> bool {
    let witness = row.mark.witness.as_ref();
    witness.is_some_and(|witness| witness.claim == answer.claim)
}

/// The codes of an activity that this phone showed and that may still be answered.
fn remembered(activity: ActivityId, now: Timestamp) -> Vec<Memory> {
    let kept = driver::kept_local(&format!("{SHOWN_KEY}{activity}"));
    let kept = kept.and_then(|kept| serde_json::from_str(&kept).ok());
    let mut shown: Vec<Memory> = kept.unwrap_or_default();
    shown.retain(|code| (0..ANSWERED_WITHIN_MS).contains(&now.since(code.shown_at)));
    shown
}

fn remember(activity: ActivityId, shown: &[Memory]) {
    // Numbers and bytes are always written.
    if let Ok(text) = serde_json::to_string(shown) {
        driver::keep_local(&format!("{SHOWN_KEY}{activity}"), &text);
    }
}

/// Counts up, also when nothing is remembered: from then on by the quarter of a minute it is.
fn next_counter(shown: &[Memory], now: Timestamp) -> u32 {
    let by_clock = u32::try_from(now.0 / CODE_SHOWN_MS).unwrap_or(0);
    let last = shown.iter().map(|code| code.counter).max();
    last.map_or(by_clock, |last| by_clock.max(last.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(counter: u32, at: i64) -> Memory {
        Memory {
            counter,
            nonce: [1, 2, 3, 4, 5, 6, 7, 8].into(),
            shown_at: Timestamp(at),
        }
    }

    #[test]
    fn a_code_is_over_after_a_quarter_of_a_minute_and_when_the_clock_was_set_back() {
        let code = ShownCode {
            address: String::new(),
            digits: 0,
            shown_at: Timestamp(50_000),
        };
        assert!(!code.is_over(Timestamp(50_000)));
        assert!(!code.is_over(Timestamp(64_999)));
        assert!(code.is_over(Timestamp(65_000)));
        assert!(code.is_over(Timestamp(49_999)));
        assert_eq!(code.seconds_left(Timestamp(50_001)), 15);
        assert_eq!(code.seconds_left(Timestamp(64_001)), 1);
        assert_eq!(code.seconds_left(Timestamp(70_000)), 0);
    }

    #[test]
    fn codes_count_up_whatever_is_remembered() {
        let now = Timestamp(1_795_000_000_000);
        let by_clock = u32::try_from(now.0 / CODE_SHOWN_MS).unwrap();
        assert_eq!(next_counter(&[], now), by_clock);
        let ahead = [shown(by_clock + 4, 0), shown(by_clock + 9, 0)];
        assert_eq!(next_counter(&ahead, now), by_clock + 10);
        assert_eq!(next_counter(&[shown(3, 0)], now), by_clock);
    }

    #[test]
    fn what_is_remembered_reads_back() {
        let text = serde_json::to_string(&[shown(7, 1)]).unwrap();
        let read: Vec<Memory> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, [shown(7, 1)]);
    }
}

//! Everything this phone holds of its owner, as a file that people and programs can read.

use leptos::prelude::*;
use serde::Serialize;
use shared::client::{ActivityView, Engine, RecordState, RecordView};
use shared::directory::DirectorySlice;
use shared::ids::{ActivityId, DeviceId, EntryId};
use shared::reconcile::Outcome;
use shared::records::Record;
use shared::time::{CITY_OFFSET_MS, DAY_MS, Timestamp};

use super::AppState;
use crate::driver;

const MEDIA_TYPE: &str = "application/json";

impl AppState {
    /// Hands the person a file of everything on this phone: the owner's records, the unsent and the
    /// refused ones among them, and what became of them. Tells whether the browser took it; some
    /// web views take no files, see [`AppState::export_text`].
    pub fn export(self) -> bool {
        let name = format!("baodao-{}.json", driver::now().day());
        self.export_text()
            .is_some_and(|text| driver::download(&name, MEDIA_TYPE, &text))
    }

    /// Hands the person a file of one record.
    pub fn export_record(self, id: EntryId) -> bool {
        let exported = self
            .driver()
            .read(|engine| write(&whole(engine, driver::now(), |view| view.entry.id == id)));
        exported
            .is_some_and(|text| driver::download(&format!("baodao-{id}.json"), MEDIA_TYPE, &text))
    }

    /// Returns the text of the file, to be copied by hand; `None` while the phone is not bound.
    pub fn export_text(self) -> Option<String> {
        untrack(|| {
            self.driver()
                .read(|engine| write(&whole(engine, driver::now(), |_| true)))
        })
    }
}

#[derive(Serialize)]
struct Exported {
    format: &'static str,
    exported_at: String,
    owner: Option<Owner>,
    unsent: usize,
    refused: usize,
    records: Vec<ExportedRecord>,
    outcomes: Vec<Outcome>,
}

#[derive(Serialize)]
struct Owner {
    name: String,
    branch: Option<String>,
    city: String,
}

#[derive(Serialize)]
struct ExportedRecord {
    id: EntryId,
    recorded_at: String,
    device: DeviceId,
    state: &'static str,
    refused_because: Option<Refusal>,
    /// What the activity is called, where the phone knows it.
    activity: Option<String>,
    record: Record,
}

#[derive(Serialize)]
struct Refusal {
    code: &'static str,
    message: &'static str,
    next: &'static str,
}

fn whole(engine: &Engine, now: Timestamp, wanted: impl Fn(&RecordView) -> bool) -> Exported {
    let (status, activities) = (engine.status(), engine.activities());
    let sealed = engine.sealed_quarters().into_iter();
    let sealed = sealed.flat_map(|quarter| engine.sealed_records(quarter));
    let mut records = engine.records();
    records.extend(sealed.map(|record| record.view));
    records.retain(wanted);
    Exported {
        format: "baodao-export-1",
        exported_at: written_time(now),
        owner: engine.directory().map(owner),
        unsent: status.unsent,
        refused: status.refused,
        records: records
            .into_iter()
            .map(|view| record(view, &activities))
            .collect(),
        outcomes: activities
            .into_iter()
            .filter_map(|view| view.outcome)
            .collect(),
    }
}

fn owner(slice: &DirectorySlice) -> Owner {
    Owner {
        name: slice.owner.name.clone(),
        branch: slice
            .organisation(slice.owner.branch)
            .map(|branch| branch.name.clone()),
        city: slice.city.name.clone(),
    }
}

fn record(view: RecordView, activities: &[ActivityView]) -> ExportedRecord {
    let (state, refused_because) = match view.state {
        RecordState::Saved => ("saved", None),
        RecordState::Sending => ("sending", None),
        RecordState::Uploaded => ("uploaded", None),
        RecordState::Refused(code) => (
            "refused",
            Some(Refusal {
                code: code.as_str(),
                message: code.message(),
                next: code.next(),
            }),
        ),
    };
    let topic = |id: ActivityId| {
        let plans = activities.iter().map(|view| &view.activity.current.plan);
        let mut known = plans.filter(|plan| plan.activity == id);
        known.next().map(|plan| plan.topic.clone())
    };
    ExportedRecord {
        id: view.entry.id,
        recorded_at: written_time(view.entry.recorded_at),
        device: view.device,
        state,
        refused_because,
        activity: view.entry.record.activity().and_then(topic),
        record: view.entry.record,
    }
}

fn write(exported: &Exported) -> String {
    serde_json::to_string_pretty(exported).expect("the exported types are all JSON")
}

/// Writes an instant with the city's clock: `2026-11-22T19:30:00+08:00`. Source: RFC 3339.
fn written_time(at: Timestamp) -> String {
    let second = at.0.saturating_add(CITY_OFFSET_MS).rem_euclid(DAY_MS) / 1_000;
    format!(
        "{}T{:02}:{:02}:{:02}+08:00",
        at.day(),
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use shared::client::{Identity, Input};
    use shared::ids::MemberId;
    use uuid::Uuid;

    use shared::records::Claim;

    use super::*;

    #[test]
    fn a_record_that_only_this_phone_has_stands_in_the_export_in_plain_words() {
        let at = shared::time::Day::of(2026, 11, 22).start().plus(70_215_000);
        let identity = Identity {
            device: DeviceId(Uuid::from_u128(1)),
            member: MemberId(Uuid::from_u128(2)),
        };
        let (mut engine, _, _) = Engine::open(identity, Vec::new(), 7, at);
        let record = Record::Claim(Claim::Feedback {
            text: "字太小".to_owned(),
        });
        let id = EntryId(Uuid::from_u128(3));
        let ticket = engine
            .handle(at, Input::Enter { id, record })
            .into_iter()
            .find_map(|effect| match effect {
                shared::client::Effect::Persist { ticket, .. } => Some(ticket),
                _ => None,
            })
            .unwrap();
        engine.handle(
            at,
            Input::Persisted {
                ticket,
                result: Ok(()),
            },
        );
        let text = write(&whole(&engine, at, |_| true));
        for part in [
            "\"exported_at\": \"2026-11-22T19:30:15+08:00\"",
            "\"unsent\": 1",
            "\"state\": \"saved\"",
            "字太小",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

//! What a person enters: whether it can be, in which document it belongs, and the command it becomes.

use crate::codes::Code;
use crate::documents::DocumentName;
use crate::ids::{ActivityId, EntryId, OrganisationId};
use crate::limits;
use crate::records::{
    Claim, Entry, Evidence, Mark, Petition, Phase, Presence, Record, Scan, Visitor,
};
use crate::time::Timestamp;
use crate::wire;

use super::binding::Binding;
use super::engine::{Engine, Pending, write_command};
use super::rows::Command;
use super::view::{RecordState, first_check_in};
use super::{Effect, scope};

impl Engine {
    pub(super) fn enter(
        &mut self,
        now: Timestamp,
        id: EntryId,
        record: Record,
        effects: &mut Vec<Effect>,
    ) {
        match self.command(now, id, record) {
            Ok(command) => {
                let write = write_command(&command);
                self.persist(Pending::Enter(Box::new(command)), vec![write], effects);
            }
            Err(code) => effects.push(Effect::Answer {
                id,
                result: Err(code),
            }),
        }
    }

    /// Makes a command of what a person entered, or says why it cannot be entered.
    pub(super) fn command(
        &self,
        now: Timestamp,
        id: EntryId,
        record: Record,
    ) -> Result<Command, Code> {
        let document = self.check(now, &record)?;
        let entry = Entry {
            id,
            by: self.identity.member,
            recorded_at: self.record_time(now),
            record,
        };
        Ok(Command::saved(document, entry))
    }

    /// Says in which document a record belongs, or why it cannot be entered.
    fn check(&self, now: Timestamp, record: &Record) -> Result<DocumentName, Code> {
        if self.meta.binding == Binding::Revoked {
            return Err(Code::DeviceRevoked);
        }
        if !record.is_well_formed() || wire::encode(record).len() > limits::ENTRY_BYTES {
            return Err(Code::EntryMalformed);
        }
        match record {
            Record::Claim(claim) => {
                match claim {
                    Claim::CheckIn(presence) => self.check_presence(now, presence)?,
                    Claim::Leave(petition) | Claim::Objection(petition) => {
                        self.check_petition(claim, petition)?;
                    }
                    Claim::CheckOut(_) | Claim::Feedback { .. } => {}
                }
                let quarter = self.city_time(now).day().quarter();
                Ok(DocumentName::Journal {
                    member: self.identity.member,
                    quarter,
                })
            }
            Record::Plan(plan) => {
                // The id says whose activity it is, of a new one and of a revision alike.
                let organisation = self
                    .meta
                    .directory
                    .iter()
                    .flat_map(|slice| &slice.organisations)
                    .find(|organisation| plan.is_of(organisation.id))
                    .map(|organisation| organisation.id)
                    .ok_or(Code::Forbidden)?;
                if !self.may_mark(organisation) {
                    return Err(Code::Forbidden);
                }
                let quarter = plan.starts_at.day().quarter();
                Ok(DocumentName::Calendar {
                    organisation,
                    quarter,
                })
            }
            Record::HostKey(key) => {
                if !self.may_mark(key.organisation) {
                    return Err(Code::Forbidden);
                }
                let quarter = self.city_time(now).day().quarter();
                Ok(DocumentName::Calendar {
                    organisation: key.organisation,
                    quarter,
                })
            }
            Record::Mark(Mark { activity, .. }) | Record::Visitor(Visitor { activity, .. }) => {
                let organisation = self.organisation_of(*activity)?;
                if !self.may_mark(organisation) {
                    return Err(Code::Forbidden);
                }
                Ok(DocumentName::Rollcall {
                    organisation,
                    activity: *activity,
                })
            }
            Record::Request(_)
            | Record::Withdrawal(_)
            | Record::Reply(_)
            | Record::Rating(_)
            | Record::Listing(_) => self.check_statement(now, record),
            Record::Ruling(ruling) => {
                let organisation = self.organisation_of(ruling.activity)?;
                if !self.may_settle(organisation) {
                    return Err(Code::Forbidden);
                }
                let quarter = self.city_time(now).day().quarter();
                Ok(DocumentName::Ledger {
                    organisation,
                    quarter,
                })
            }
        }
    }

    fn organisation_of(&self, activity: ActivityId) -> Result<OrganisationId, Code> {
        let activity = self.activities.get(&activity);
        activity
            .map(|activity| activity.current.organisation)
            .ok_or(Code::ActivityUnknown)
    }

    /// Leave is asked for, and an objection made, once an activity.
    fn check_petition(&self, claim: &Claim, petition: &Petition) -> Result<(), Code> {
        let city = self.meta.directory.as_ref().map(|slice| &slice.city.code);
        if city.is_some_and(|city| *city != petition.city) {
            return Err(Code::ActivityElsewhere);
        }
        let same = |other: &Claim| {
            other.activity() == Some(petition.activity)
                && std::mem::discriminant(other) == std::mem::discriminant(claim)
        };
        let said = self.records().iter().any(|view| {
            let stands = !matches!(view.state, RecordState::Refused(_));
            stands && matches!(&view.entry.record, Record::Claim(other) if same(other))
        });
        if said {
            Err(Code::AlreadyRecorded)
        } else {
            Ok(())
        }
    }

    fn check_presence(&self, now: Timestamp, presence: &Presence) -> Result<(), Code> {
        let city = self.meta.directory.as_ref().map(|slice| &slice.city.code);
        if city.is_some_and(|city| *city != presence.city) {
            return Err(Code::ActivityElsewhere);
        }
        // A host shows a code where something is really held: it need not stand in a calendar here,
        // and it says more than what was said before.
        if let Evidence::Scan(scan) = &presence.evidence {
            return self.check_scan(presence.activity, scan);
        }
        let activity = self
            .activities
            .get(&presence.activity)
            .ok_or(Code::ActivityUnknown)?;
        let claims = self.own_claims().remove(&presence.activity);
        if first_check_in(&claims.unwrap_or_default()).is_some() {
            return Err(Code::AlreadyRecorded);
        }
        if activity.current.plan.is_cancelled() {
            return Err(Code::ActivityCancelled);
        }
        // Which of the two clocks is right is not known before the next exchange: the owner may have
        // set the phone's since the last.
        let plan = &activity.current.plan;
        match (plan.phase(now), plan.phase(self.city_time(now))) {
            (Phase::Open, _) | (_, Phase::Open) => Ok(()),
            (_, Phase::NotOpen) => Err(Code::ActivityNotOpen),
            (_, Phase::Over) => Err(Code::ActivityOver),
        }
    }

    /// The same code is taken once.
    fn check_scan(&self, activity: ActivityId, scan: &Scan) -> Result<(), Code> {
        let scanned = self.records().iter().any(|view| {
            let stands = !matches!(view.state, RecordState::Refused(_));
            let same = matches!(
                &view.entry.record,
                Record::Claim(Claim::CheckIn(Presence { activity: of, evidence: Evidence::Scan(other), .. }))
                    if *of == activity && other.nonce == scan.nonce && other.host == scan.host
            );
            stands && same
        });
        if scanned {
            Err(Code::AlreadyRecorded)
        } else {
            Ok(())
        }
    }

    pub(super) fn may_mark(&self, organisation: OrganisationId) -> bool {
        let slice = self.meta.directory.as_ref();
        slice.is_some_and(|slice| scope::may_mark(slice, organisation))
    }

    pub(super) fn may_settle(&self, organisation: OrganisationId) -> bool {
        let slice = self.meta.directory.as_ref();
        slice.is_some_and(|slice| scope::may_settle(slice, organisation))
    }
}

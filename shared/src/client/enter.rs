//! What a person enters: whether it can be, in which document it belongs, and the command it becomes.

use crate::codes::Code;
use crate::documents::DocumentName;
use crate::ids::{EntryId, OrganisationId};
use crate::limits;
use crate::records::{Claim, Entry, Phase, Presence, Record};
use crate::time::Timestamp;
use crate::wire;

use super::binding::Binding;
use super::engine::{Engine, Pending, write_command};
use super::rows::Command;
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
            Record::Mark(mark) => {
                let activity = self
                    .activities
                    .get(&mark.activity)
                    .ok_or(Code::ActivityUnknown)?;
                let organisation = activity.current.organisation;
                if !self.may_mark(organisation) {
                    return Err(Code::Forbidden);
                }
                Ok(DocumentName::Rollcall {
                    organisation,
                    activity: mark.activity,
                })
            }
        }
    }

    fn check_presence(&self, now: Timestamp, presence: &Presence) -> Result<(), Code> {
        let city = self.meta.directory.as_ref().map(|slice| &slice.city.code);
        if city.is_some_and(|city| *city != presence.city) {
            return Err(Code::ActivityElsewhere);
        }
        let activity = self
            .activities
            .get(&presence.activity)
            .ok_or(Code::ActivityUnknown)?;
        if self.own_check_ins().contains_key(&presence.activity) {
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

    pub(super) fn may_mark(&self, organisation: OrganisationId) -> bool {
        let slice = self.meta.directory.as_ref();
        slice.is_some_and(|slice| scope::may_mark(slice, organisation))
    }
}

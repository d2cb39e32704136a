//! What people do with their phones: look at the list and check in, plan, mark, complain. Now and
//! then they enter what the server cannot accept.

use shared::client::{ActivityView, Input};
use shared::ids::{ActivityId, AreaCode, EntryId, OrganisationId};
use shared::records::{
    Claim, Details, Evidence, Mark, MarkEntry, Plan, Presence, Record, Standing,
};
use shared::time::{MINUTE_MS, Timestamp};
use shared::words::{ActivityKind, MarkKind, Role};

use super::city;
use super::faults::Fault;
use super::world::{Event, World};

impl World {
    /// A person takes a phone, does a thing or two, and will take it again.
    pub(super) fn act(&mut self, number: usize) -> Result<(), String> {
        let pause_ms = self.chance.between(5 * MINUTE_MS, 75 * MINUTE_MS);
        self.after(pause_ms, Event::Act(number));
        if self.chance.happens(300) {
            self.give(number, Input::Wake)?;
        }
        self.look_at_refused(number)?;
        for _ in 0..=self.chance.below(3) {
            let Some(record) = self.think_of(number) else {
                continue;
            };
            let phone = &self.phones[number];
            let id = EntryId(self.chance.uuid(phone.local(self.now)));
            self.note(|| format!("phone {number} enters {id}: {record:?}"));
            self.give(number, Input::Enter { id, record })?;
        }
        Ok(())
    }

    /// A person edits a refused record, or sends it again as it is.
    fn look_at_refused(&mut self, number: usize) -> Result<(), String> {
        let refused: Vec<EntryId> = self.phones[number].refused().into_keys().collect();
        let Some(refused) = self.chance.pick(&refused).copied() else {
            return Ok(());
        };
        match self.chance.below(6) {
            0 => self.give(number, Input::Resend { id: refused }),
            1 => {
                let record = self.complaint();
                let phone = &mut self.phones[number];
                let id = EntryId(self.chance.uuid(phone.local(self.now)));
                phone.edits.insert(id, refused);
                self.give(
                    number,
                    Input::Amend {
                        refused,
                        id,
                        record,
                    },
                )
            }
            _ => Ok(()),
        }
    }

    fn think_of(&mut self, number: usize) -> Option<Record> {
        let engine = self.phones[number].engine.as_ref()?;
        let now = self.phones[number].local(self.now);
        let activities = engine.activities();
        let members: Vec<_> = engine
            .directory()
            .map(|slice| slice.members.iter().map(|member| member.id).collect())
            .unwrap_or_default();
        let coordinates = engine
            .directory()
            .and_then(|slice| {
                let mut grants = slice.grants.iter();
                grants.find(|grant| grant.role == Role::Coordinator)
            })
            .map(|grant| grant.organisation);
        let role_for = engine
            .directory()
            .and_then(|slice| slice.grants.first())
            .map(|grant| grant.organisation);
        if self.strikes(Fault::RecordPoisoned) {
            return Some(self.poison_record(&activities, now));
        }
        if self.chance.happens(300) {
            return self.serve(number, coordinates, now);
        }
        match (self.chance.below(10), role_for) {
            (0, _) => Some(self.complaint()),
            (1, Some(organisation)) => Some(self.plan(organisation, &activities, now)),
            (2, Some(organisation)) => self.host(number, organisation, &activities, now),
            (3, Some(_)) if self.chance.happens(300) => {
                let member = *self.chance.pick(&members)?;
                self.decide(number, member, &activities)
            }
            (3 | 4, Some(_)) => {
                let activity = self.chance.pick(&activities)?;
                let member = *self.chance.pick(&members)?;
                let marks = self.phones[number].engine.as_ref()?;
                let marks = marks.marks(activity.activity.current.plan.activity);
                let corrects = self
                    .chance
                    .pick(&marks)
                    .map(|row| (row.id, row.mark.member));
                let corrects = corrects.filter(|(_, marked)| *marked == member);
                Some(Record::Mark(Mark {
                    activity: activity.activity.current.plan.activity,
                    member,
                    kind: *self.chance.pick(MarkKind::ALL)?,
                    corrects: corrects.map(|(id, _)| id),
                    entered: MarkEntry::Seen,
                    witness: None,
                }))
            }
            (5, _) => {
                let presence = self.presence(&activities)?;
                Some(Record::Claim(Claim::CheckOut(presence)))
            }
            (6, _) => self.scan(number, now),
            (7, _) => self.petition(&activities),
            _ => {
                let presence = self.presence(&activities)?;
                Some(Record::Claim(Claim::CheckIn(presence)))
            }
        }
    }

    fn presence(&mut self, activities: &[ActivityView]) -> Option<Presence> {
        let row = &self.chance.pick(activities)?.activity.current;
        Some(Presence {
            city: city::city(),
            organisation: row.organisation,
            activity: row.plan.activity,
            evidence: Evidence::SelfReport,
            installation: None,
        })
    }

    fn complaint(&mut self) -> Record {
        let length = 1 + self.chance.index(40);
        let text = "请改进".repeat(length);
        Record::Claim(Claim::Feedback { text })
    }

    /// A new activity, or one that is there is put off, called off or renamed.
    fn plan(
        &mut self,
        organisation: OrganisationId,
        activities: &[ActivityView],
        now: Timestamp,
    ) -> Record {
        let current = self
            .chance
            .pick(activities)
            .map(|view| &view.activity.current);
        let revised = current.cloned().filter(|_| self.chance.happens(400));
        if let Some(row) = revised {
            let mut plan = row.plan;
            plan.revises = Some(row.id);
            match self.chance.below(3) {
                0 => {
                    plan.standing = Standing::Cancelled {
                        reason: "下雨".into(),
                    };
                }
                1 => {
                    let later_ms = self.chance.between(-60, 180) * MINUTE_MS;
                    plan.starts_at = plan.starts_at.plus(later_ms);
                    plan.ends_at = plan.ends_at.plus(later_ms);
                }
                _ => plan.topic = format!("主题{}", self.chance.below(100)),
            }
            return Record::Plan(plan);
        }
        let starts_at = now.plus(self.chance.between(-20, 150) * MINUTE_MS);
        let seed = self.chance.uuid(now);
        Record::Plan(Plan {
            activity: ActivityId::of(organisation, seed),
            seed,
            revises: None,
            kind: ActivityKind::Lecture,
            topic: "初心讲坛".into(),
            speaker: None,
            venue: None,
            starts_at,
            ends_at: starts_at.plus(self.chance.between(20, 120) * MINUTE_MS),
            campaign: None,
            standing: Standing::Planned,
            details: Details::default(),
        })
    }

    /// A record that passes the phone's own checks and not the server's.
    fn poison_record(&mut self, activities: &[ActivityView], now: Timestamp) -> Record {
        let elsewhere = AreaCode::parse("440100").expect("six digits");
        match self.presence(activities) {
            Some(presence) if self.chance.happens(700) => {
                Record::Claim(Claim::CheckOut(Presence {
                    city: elsewhere,
                    ..presence
                }))
            }
            // For a host: the phone takes it, and the server asks for a coordinator.
            // Of nobody's organisation: the phone itself refuses.
            _ => self.plan(OrganisationId(uuid::Uuid::nil()), &[], now),
        }
    }
}

//! What happens to the whole world now and then: the directory changes, networks come and go, a
//! backup is taken or restored.

use shared::time::{HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::Role;

use super::faults::Fault;
use super::phone::Link;
use super::world::{Event, World};

const TURN_MS: i64 = 10 * MINUTE_MS;

impl World {
    /// Takes one turn and plans the next.
    pub(super) fn take_turn(&mut self) -> Result<(), String> {
        self.change_roles();
        self.change_hands()?;
        self.set_clock();
        if self.strikes(Fault::ServerOverloaded) {
            let minutes = self.chance.between(1, 30);
            self.note(|| format!("server overloaded for {minutes} min"));
            self.overloaded_until = self.now.plus(minutes * MINUTE_MS);
            self.after(minutes * MINUTE_MS, Event::Reconnected);
        }
        if self.strikes(Fault::MemberMoved) {
            self.move_member();
        }
        if self.chance.happens(200) {
            self.server.back_up();
            self.note(|| "backup".into());
        }
        if self.strikes(Fault::Restored) {
            self.restore();
        }
        for phone in 0..self.phones.len() {
            if self.chance.happens(100) && self.strikes(Fault::Offline) {
                self.phones[phone].link = Link::Down;
                let minutes = self.chance.between(1, 120);
                self.note(|| format!("phone {phone} offline for {minutes} min"));
                self.after(minutes * MINUTE_MS, Event::Online(phone));
            }
        }
        self.after(TURN_MS, Event::Turn);
        Ok(())
    }

    fn set_clock(&mut self) {
        if !self.strikes(Fault::ClockSet) {
            return;
        }
        let number = self.chance.index(self.phones.len());
        let skew_ms = match self.chance.below(4) {
            0 => self.insane_skew_ms(),
            1 => self.chance.between(-5 * HOUR_MS, 5 * HOUR_MS),
            _ => self.chance.between(-20_000, 20_000),
        };
        self.note(|| format!("phone {number} sets its clock {skew_ms} off"));
        let phone = &mut self.phones[number];
        phone.skew_ms = skew_ms;
        phone.held_until = Timestamp::default();
    }

    fn change_roles(&mut self) {
        let members: Vec<_> = self.directory.members.keys().copied().collect();
        if self.strikes(Fault::GrantRevoked) {
            let holders: Vec<_> = members
                .iter()
                .copied()
                .filter(|member| !self.directory.members[member].grants.is_empty())
                .collect();
            if let Some(member) = self.chance.pick(&holders).copied() {
                self.note(|| format!("{member} loses a role"));
                self.directory.change(member, |person| {
                    person.grants.pop_first();
                });
            }
        }
        if self.strikes(Fault::GrantAdded) {
            let paths: Vec<_> = self.directory.organisations.keys().cloned().collect();
            let role = if self.chance.happens(500) {
                Role::Host
            } else {
                Role::Coordinator
            };
            let member = self.chance.pick(&members).copied();
            let path = self.chance.pick(&paths).cloned();
            if let (Some(member), Some(path)) = (member, path)
                && let Some(grant) = self.directory.grant(role, &path)
            {
                self.note(|| format!("{member} becomes {} of {path}", role.as_str()));
                self.directory.change(member, |person| {
                    person.grants.insert(grant);
                });
            }
        }
    }

    fn move_member(&mut self) {
        let members: Vec<_> = self.directory.members.keys().copied().collect();
        let branches = self.directory.branches();
        let member = self.chance.pick(&members).copied();
        let branch = self.chance.pick(&branches).cloned();
        if let (Some(member), Some(branch)) = (member, branch) {
            self.note(|| format!("{member} moves to {branch}"));
            self.directory.change(member, |person| person.home = branch);
        }
    }

    fn restore(&mut self) {
        let Some(callers) = self.server.restore(&self.directory) else {
            return;
        };
        self.note(|| format!("restored; {} requests died", callers.len()));
        for caller in callers {
            self.break_off(caller);
        }
    }
}

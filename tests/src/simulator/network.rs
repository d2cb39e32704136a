//! The network between phones and the server: loses, repeats, delays, reorders and cuts.

use shared::client::{Input, NetworkFault};
use shared::codes::Code;
use shared::wire::{self, SyncRequest};

use super::faults::Fault;
use super::phone::Link;
use super::server::{Caller, Progress};
use super::terms::Terms;
use super::world::{Event, World};

impl World {
    /// Takes a request from a phone.
    pub(super) fn send(&mut self, caller: Caller, body: Vec<u8>) -> Result<(), String> {
        let phone = &self.phones[caller.phone];
        let leads = phone.life == caller.life;
        if leads && phone.held_until > self.now {
            return Err(format!(
                "phone {} sends before the pause is over that the server asked for",
                caller.phone
            ));
        }
        // A tab that lost the lead sends what was durable when it had it.
        if leads {
            self.all_durable(caller.phone, &body)?;
        }
        if self.phones[caller.phone].link == Link::Down {
            self.break_off(caller);
            return Ok(());
        }
        if self.strikes(Fault::PhoneCrashSending) {
            let after_ms = self.chance.between(0, 400);
            let (phone, life) = (caller.phone, caller.life);
            self.after(after_ms, Event::Killed { phone, life });
        }
        if self.strikes(Fault::RequestLost) {
            self.break_off(caller);
            return Ok(());
        }
        let copies = if self.strikes(Fault::RequestDuplicated) {
            2
        } else {
            1
        };
        for _ in 0..copies {
            let after_ms = self.latency_ms();
            let body = body.clone();
            self.after(after_ms, Event::Arrive { caller, body });
        }
        Ok(())
    }

    /// Nothing is sent that a crash could make the phone forget.
    fn all_durable(&self, phone: usize, body: &[u8]) -> Result<(), String> {
        let request: SyncRequest =
            wire::decode(body).map_err(|error| format!("a phone sent no request: {error}"))?;
        for change in &request.changes {
            if !self.phones[phone].disk.holds_change(&change.bytes) {
                return Err(format!(
                    "phone {phone} sent a change that was not durable, for {:?}",
                    change.document
                ));
            }
        }
        Ok(())
    }

    /// A connection ends without an answer: at once with an error, or in silence.
    pub(super) fn break_off(&mut self, caller: Caller) {
        if self.chance.happens(700) {
            let after_ms = self.chance.between(5, 3_000);
            self.deliver(caller, Err(NetworkFault::Unreachable), after_ms);
        }
    }

    fn deliver(&mut self, caller: Caller, result: Result<Vec<u8>, NetworkFault>, after_ms: i64) {
        let input = Box::new(Input::Answered {
            exchange: caller.exchange,
            result,
        });
        let (phone, life) = (caller.phone, caller.life);
        self.after(after_ms, Event::Heard { phone, life, input });
    }

    /// A request reaches the server.
    pub(super) fn arrive(&mut self, caller: Caller, body: Vec<u8>) {
        let owner = self.owners[&caller.device];
        if self.strikes(Fault::SessionExpired) {
            return self.refuse(caller, Code::SessionExpired, None);
        }
        if self.strikes(Fault::ServerBusy) {
            let pause_ms = self.chance.between(1, 30) * 1_000;
            return self.refuse(caller, Code::ServerError, Some(pause_ms));
        }
        if self.overloaded_until > self.now {
            let pause_ms = self.chance.between(1, 120) * 1_000;
            return self.refuse(caller, Code::ServerError, Some(pause_ms));
        }
        let request = wire::read_request(&body).ok();
        let offered = request.as_ref().map_or(0, |request| request.changes.len());
        if offered > 1 && self.strikes(Fault::RequestTooLarge) {
            return self.refuse(caller, Code::RequestTooLarge, None);
        }
        if self.is_turned_away(caller.device, offered > 0) {
            return self.refuse(caller, Code::DeviceRevoked, None);
        }
        let mut authority = self.directory.authority(caller.device, owner);
        if self.revoked.contains_key(&caller.device) {
            authority.grants.clear();
        }
        let allowed = if offered > 0 && self.strikes(Fault::QuotaExceeded) {
            self.chance.index(offered)
        } else {
            offered
        };
        let terms = Terms { allowed };
        let job = self.server.accept(caller, authority, terms, request, body);
        self.after(1, Event::Job(job));
    }

    fn refuse(&mut self, caller: Caller, code: Code, retry_after_ms: Option<i64>) {
        let fault = NetworkFault::Refused {
            code,
            retry_after_ms,
        };
        let after_ms = self.latency_ms();
        self.deliver(caller, Err(fault), after_ms);
    }

    /// A request at the server goes one step further.
    pub(super) fn work(&mut self, job: u64) {
        let now = self.now;
        let progress = self.server.step(
            job,
            now,
            &self.directory,
            &mut self.faults,
            &mut self.chance,
        );
        match progress {
            Progress::Again => {
                let after_ms = if self.strikes(Fault::ServerSlow) {
                    self.chance.between(100, 8_000)
                } else {
                    self.chance.between(1, 12)
                };
                self.after(after_ms, Event::Job(job));
            }
            Progress::Answer(caller, Ok(body)) => self.answer(caller, body),
            Progress::Answer(caller, Err(code)) => self.refuse(caller, code, None),
            Progress::Crashed(callers) => {
                self.note(|| format!("server crashed with {} requests", callers.len()));
                for caller in callers {
                    self.break_off(caller);
                }
            }
            Progress::Gone => {}
        }
    }

    fn answer(&mut self, caller: Caller, mut body: Vec<u8>) {
        if self.strikes(Fault::AnswerLost) {
            self.break_off(caller);
            return;
        }
        if self.strikes(Fault::AnswerCut) {
            let length = self.chance.index(body.len());
            body.truncate(length);
        }
        if self.strikes(Fault::AnswerDuplicated) {
            let after_ms = self.latency_ms();
            self.deliver(caller, Ok(body.clone()), after_ms);
        }
        let after_ms = self.latency_ms();
        self.deliver(caller, Ok(body), after_ms);
    }

    fn latency_ms(&mut self) -> i64 {
        if self.strikes(Fault::MessageDelayed) {
            self.chance.between(500, 45_000)
        } else {
            self.chance.between(5, 300)
        }
    }
}

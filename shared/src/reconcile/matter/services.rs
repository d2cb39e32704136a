//! Service records of one member: one service told twice counts once, and what is odd is flagged.

use super::registrations::replace;
use super::{Matter, MatterFlag};
use crate::project::Party;
use crate::records::{Service, Subject};
use crate::time::{DAY_MS, MINUTE_MS};
use crate::words::RequestState;

/// Longer than this is looked at.
const OVERLONG_MINUTES: i64 = 12 * 60;
/// Entered so long after it ended, it is looked at.
const BACK_DATED_MS: i64 = 30 * DAY_MS;
/// A phone's clock may have been set between the end and the entry.
const FUTURE_MS: i64 = 10 * MINUTE_MS;

pub(super) fn settle(matters: &mut [Matter]) {
    replace(matters);
    let mut services: Vec<usize> = (0..matters.len())
        .filter(|index| matters[*index].is_live() && service(&matters[*index]).is_some())
        .collect();
    services.sort_by_key(|index| {
        let matter = &matters[*index];
        (
            service(matter).map(|service| service.starts_at),
            matter.request,
        )
    });
    for index in &services {
        flag(&mut matters[*index]);
    }
    for (place, one) in services.iter().enumerate() {
        for other in &services[place + 1..] {
            compare(matters, *one, *other);
        }
    }
}

/// Two records that overlap are the same service where the member tells of it and a team does too;
/// else somebody looks at it.
fn compare(matters: &mut [Matter], one: usize, other: usize) {
    let (Some(first), Some(second)) = (service(&matters[one]), service(&matters[other])) else {
        return;
    };
    let shared_ms = first
        .ends_at
        .min(second.ends_at)
        .since(second.starts_at.max(first.starts_at));
    if shared_ms <= 0 {
        return;
    }
    let shorter_ms = span_ms(first).min(span_ms(second));
    let two_sides = is_by_team(&matters[one]) != is_by_team(&matters[other]);
    if two_sides && shared_ms * 2 >= shorter_ms {
        join(matters, one, other);
    } else if matters[one].is_live() && matters[other].is_live() {
        matters[one].flag(MatterFlag::Overlapping);
        matters[other].flag(MatterFlag::Overlapping);
    }
}

/// The one that was approved counts; where both were or neither, the team's, which a leader saw. A
/// record is joined once.
fn join(matters: &mut [Matter], one: usize, other: usize) {
    if !matters[one].is_live() || !matters[other].is_live() {
        return;
    }
    let rank = |matter: &Matter| (!matter.is_accepted(), !is_by_team(matter), matter.request);
    let (counts, joined) = if rank(&matters[one]) <= rank(&matters[other]) {
        (one, other)
    } else {
        (other, one)
    };
    let (kept, dropped) = (matters[counts].request, matters[joined].request);
    matters[counts].same_as.push(dropped);
    matters[joined].same_as.push(kept);
    matters[joined].state = RequestState::Joined;
}

fn flag(matter: &mut Matter) {
    let recorded_at = matter.recorded_at;
    let Some(service) = service(matter) else {
        return;
    };
    let after_ms = recorded_at.since(service.ends_at);
    let flags = [
        (
            service.span_minutes() > OVERLONG_MINUTES,
            MatterFlag::Overlong,
        ),
        (after_ms > BACK_DATED_MS, MatterFlag::BackDated),
        (after_ms < -FUTURE_MS, MatterFlag::InFuture),
    ];
    for (applies, flag) in flags {
        if applies {
            matter.flag(flag);
        }
    }
}

fn service(matter: &Matter) -> Option<&Service> {
    match &matter.subject {
        Subject::Service(service) => Some(service),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Pledge(_) => None,
    }
}

fn is_by_team(matter: &Matter) -> bool {
    matches!(matter.asker, Party::Organisation(_))
}

fn span_ms(service: &Service) -> i64 {
    service.ends_at.since(service.starts_at)
}

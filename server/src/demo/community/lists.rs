//! What stands on the lists, who takes it on, and how it was done.

use shared::ids::MemberId;
use shared::records::{Pledge, ReplyWord, Subject};
use shared::words::{ListingKind, Satisfaction};

use super::clerk::{Asked, Clerk, Desk, Listed, Voice};
use super::{Cast, Place, Unit};

/// How many stand on the list of a place that has no personas.
const PLACE_ITEMS: usize = 3;

/// What becomes of something on the personas' list.
#[derive(Clone, Copy)]
enum Story {
    Open,
    /// Some have taken it on and there is room for more.
    Taken,
    /// More have claimed it than there are places.
    Contested,
    /// Somebody was chosen, and another not.
    Chosen,
    /// Done, rated and closed.
    Done,
    /// Units take it on.
    ByUnits,
    /// Closed without anybody.
    Closed,
}

/// Enters the list of the personas' community, where the first member is among those who claim.
pub(super) fn of_personas(clerk: &mut Clerk<'_>, cast: &Cast, units: &[Unit]) {
    let wording = clerk.wording;
    let first = [cast.first_member.member];
    let others = cast.members.iter().filter(|member| **member != first[0]);
    let members: Vec<MemberId> = first.iter().chain(others).copied().collect();
    for (row, kind) in ListingKind::ALL.iter().enumerate() {
        for (index, item) in wording.items(*kind).iter().enumerate() {
            let listed = clerk.list(cast.community, *kind, item, 24);
            // Not always the same ones, but for what the first member is to see.
            let from = match story(*kind, index) {
                Story::Taken | Story::Contested => 0,
                Story::Open | Story::Chosen | Story::Done | Story::ByUnits | Story::Closed => {
                    1 + row * 5 + index * 2
                }
            };
            let from = from.min(members.len());
            tell(clerk, story(*kind, index), &listed, &members[from..], units);
        }
    }
}

/// Enters a short list; on every second one something is taken on.
pub(super) fn of_place(clerk: &mut Clerk<'_>, place: &Place, index: usize) {
    let wording = clerk.wording;
    for offset in 0..PLACE_ITEMS {
        let kind = ListingKind::ALL[(index + 2 * offset) % ListingKind::ALL.len()];
        let item = clerk.dice.pick(wording.items(kind));
        let listed = clerk.list(place.community, kind, item, 9);
        let member = place.members.get(index % 7);
        if let (0, true, Some(member)) = (offset, index.is_multiple_of(2), member) {
            pledge(clerk, Voice::Member(*member), &listed, 1, 5);
        }
    }
}

/// Enters something that was put on a list so many days ago, who took it on, and that it was done.
pub(super) fn of_past(
    clerk: &mut Clerk<'_>,
    desk: Desk,
    kind: ListingKind,
    voices: Vec<Voice>,
    days: i32,
) {
    let item = clerk.dice.pick(clerk.wording.items(kind));
    let words = &clerk.wording.pledge;
    let listed = clerk.list(desk, kind, item, days);
    let taken = days - 3;
    if taken < 3 {
        return;
    }
    for voice in voices {
        let asked = pledge(clerk, voice, &listed, 1, taken);
        clerk.accept(&asked, &words.accepted, taken - 1);
        if clerk.dice.chance(30) {
            let found = clerk.dice.pick(&words.words).clone();
            clerk.rate(&asked, Satisfaction::Satisfied, found, taken - 2);
        }
    }
    if days > 40 {
        clerk.close(&listed, days - 30);
    }
}

const fn story(kind: ListingKind, index: usize) -> Story {
    match (kind, index) {
        (ListingKind::Need, 0) => Story::Taken,
        (ListingKind::Project, 1) => Story::ByUnits,
        (ListingKind::MicroWish, 0) => Story::Contested,
        (ListingKind::Need, 2) | (ListingKind::MicroWish, 1) => Story::Done,
        (ListingKind::VolunteerPost, 0) => Story::Chosen,
        (ListingKind::VolunteerPost, 2) => Story::Closed,
        (
            ListingKind::Need
            | ListingKind::Resource
            | ListingKind::Project
            | ListingKind::MicroWish
            | ListingKind::VolunteerPost,
            _,
        ) => Story::Open,
    }
}

fn tell(
    clerk: &mut Clerk<'_>,
    story: Story,
    listed: &Listed,
    members: &[MemberId],
    units: &[Unit],
) {
    let words = &clerk.wording.pledge;
    let voices = members.iter().map(|member| Voice::Member(*member));
    match story {
        Story::Open => {}
        Story::Closed => clerk.close(listed, 4),
        Story::Taken => {
            for voice in voices.take(2) {
                pledge(clerk, voice, listed, 1, 6);
            }
        }
        Story::Contested => {
            for voice in voices.take(3) {
                pledge(clerk, voice, listed, 1, 2);
            }
        }
        Story::Chosen => {
            for (voice, chosen) in voices.zip([true, true, false]) {
                let asked = pledge(clerk, voice, listed, 1, 12);
                if chosen {
                    clerk.accept(&asked, &words.accepted, 11);
                } else {
                    let reason = clerk.wording.closed(listed.listing.kind).to_owned();
                    clerk.answer(&asked, ReplyWord::Returned { reason }, 11);
                }
            }
        }
        Story::Done => {
            for voice in voices.take(1) {
                let asked = pledge(clerk, voice, listed, 1, 14);
                clerk.accept(&asked, &words.accepted, 13);
                let found = clerk.dice.pick(&words.words).clone();
                clerk.rate(&asked, Satisfaction::Satisfied, found, 8);
            }
            clerk.close(listed, 7);
        }
        Story::ByUnits => {
            let units = units.iter().map(|unit| Voice::Organisation(unit.desk));
            for (voice, accepted) in units.zip([true, false]) {
                let asked = pledge(clerk, voice, listed, 6, 10);
                if accepted {
                    clerk.accept(&asked, &words.accepted, 9);
                    clerk.rate(&asked, Satisfaction::Fair, words.fair.clone(), 3);
                }
            }
        }
    }
}

fn pledge(clerk: &mut Clerk<'_>, voice: Voice, listed: &Listed, places: u32, days: i32) -> Asked {
    let note = clerk.dice.chance(50);
    let note = note.then(|| clerk.dice.pick(&clerk.wording.pledge.notes).clone());
    let subject = Subject::Pledge(Pledge {
        listing: listed.listing.listing,
        places,
        note,
    });
    clerk.ask(voice, listed.desk, subject, days)
}

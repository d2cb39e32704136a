//! Who came, and how it is known: from paper and roll calls in the years before, and in the last year
//! more and more from phones.

mod codes;

use std::collections::BTreeSet;

use shared::documents::DocumentName;
use shared::ids::{AreaCode, DeviceId, EntryId, MemberId, OrganisationId};
use shared::records::{Claim, Entry, Mark, MarkEntry, Petition, Record, Witness};
use shared::time::{DAY_MS, Day, HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::MarkKind;

use super::Delivery;
use super::archive::{Archive, Piece, whole};
use super::houses::{House, Houses};
use super::lectures::{Lecture, MODERN_DAYS};
use super::phones::Phones;
use super::wording::Words;
use crate::demo::dice::{Dice, Part};
use crate::demo::tree::Rank;

/// Of a hundred lectures so many show codes at the end of the last year; none at its beginning.
const WITH_CODES: i32 = 60;
/// Of a hundred lectures without codes so many are entered from paper, and so many later.
const ON_PAPER: usize = 55;
const LATER: usize = 12;
/// Of a hundred lectures so many have a list of who was to come.
const WITH_LIST: usize = 18;
/// Of a hundred people so many come late.
const LATE: usize = 4;
/// What is younger may still wait for somebody; what is older was settled.
const OPEN_DAYS: i32 = 18;
/// How a roll call is held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Paper,
    Later,
    Called,
    Codes,
}

pub(super) struct Turnout<'c> {
    dice: Dice,
    words: &'c Words,
    pub phones: Phones,
    city: &'c AreaCode,
    /// The device of the server's own.
    device: DeviceId,
    last: Day,
    /// People of a lecture in the mean, in thousandths, and how many of them are yet to come.
    mean_milli: i64,
    owed_milli: i64,
    /// The organisations whose host's phone shows codes.
    announced: BTreeSet<OrganisationId>,
}

/// A lecture with what is being written about it.
struct Session<'l> {
    house: &'l House,
    lecture: &'l Lecture,
    /// The device that marks are written on, how they came to be entered, and when.
    device: DeviceId,
    entered: MarkEntry,
    entered_at: Timestamp,
    /// What was marked.
    marks: Vec<Piece>,
}

impl<'c> Turnout<'c> {
    pub(super) fn new(
        seed: u64,
        words: &'c Words,
        city: &'c AreaCode,
        (device, last): (DeviceId, Day),
        mean_milli: i64,
    ) -> Self {
        Self {
            dice: Dice::new(seed, Part::Turnout),
            words,
            phones: Phones::new(seed),
            city,
            device,
            last,
            mean_milli,
            owed_milli: 0,
            announced: BTreeSet::new(),
        }
    }

    /// Holds a lecture: its roll call is returned, what people say of themselves is put into their
    /// journals.
    pub(super) fn of_lecture(
        &mut self,
        archive: &mut Archive,
        houses: &Houses,
        house: &House,
        lecture: &Lecture,
    ) -> Vec<Delivery> {
        let manner = self.manner(house, lecture);
        let count = self.count(house);
        let missing = self.dice.below(3);
        let people = houses.some(house, count + missing, &mut self.dice);
        let (came, missing) = people.split_at(count.min(people.len()));
        let mut session = self.open(house, lecture, manner);
        if lecture.is_by_invitation || self.dice.chance(WITH_LIST) {
            self.invite(&mut session, &people);
        }
        match manner {
            Manner::Codes => self.check_in_all(archive, &mut session, came),
            Manner::Paper | Manner::Later | Manner::Called => {
                for member in came {
                    self.call(&mut session, *member);
                }
            }
        }
        for member in missing {
            self.miss(archive, &mut session, manner, *member);
        }
        let name = DocumentName::Rollcall {
            organisation: house.organisation,
            activity: lecture.activity,
        };
        whole(name, session.marks)
    }

    fn manner(&mut self, house: &House, lecture: &Lecture) -> Manner {
        let since = lecture.starts_at.day().0 - (self.last.0 - MODERN_DAYS);
        let codes = usize::try_from(WITH_CODES * since / MODERN_DAYS).unwrap_or(0);
        if house.shows_codes && self.dice.chance(codes) {
            return Manner::Codes;
        }
        let at = self.dice.below(100);
        if at < ON_PAPER {
            Manner::Paper
        } else if at < ON_PAPER + LATER {
            Manner::Later
        } else {
            Manner::Called
        }
    }

    /// How many came. The sum stays close to what the mean makes of the lectures so far.
    fn count(&mut self, house: &House) -> usize {
        let crowd = match house.rank {
            Rank::Village | Rank::Unit | Rank::Team => 82,
            Rank::Organs | Rank::CityOrgans => 70,
            Rank::Town => 170,
            Rank::County => 250,
            Rank::City => 400,
        };
        let drawn = self.mean_milli * crowd * self.dice.between(50, 150) / 10_000;
        self.owed_milli += self.mean_milli;
        let behind = (self.owed_milli / 12_000).clamp(-3, 3);
        let wanted = usize::try_from((drawn + 500) / 1_000 + behind)
            .unwrap_or(0)
            .max(1);
        let count = wanted.min(house.people.len());
        // Nobody else makes up for the people that a house does not have.
        self.owed_milli -= 1_000 * i64::try_from(wanted).unwrap_or(0);
        count
    }

    fn open<'l>(&mut self, house: &'l House, lecture: &'l Lecture, manner: Manner) -> Session<'l> {
        let mut session = Session {
            house,
            lecture,
            device: self.device,
            entered: MarkEntry::Seen,
            entered_at: lecture.starts_at.plus(8 * MINUTE_MS),
            marks: Vec::new(),
        };
        let after_ms = match manner {
            Manner::Called => return session,
            Manner::Codes => {
                session.device = self.phones.of(house.host, lecture.starts_at).device;
                return session;
            }
            Manner::Paper => {
                let reason = self.dice.pick(&self.words.proxy_entry).clone();
                session.entered = MarkEntry::ProxyEntry { reason };
                self.dice.between(1, 9) * HOUR_MS
            }
            Manner::Later => {
                let reason = self.dice.pick(&self.words.late_entry).clone();
                session.entered = MarkEntry::LateEntry { reason };
                self.dice.between(20, 90) * HOUR_MS
            }
        };
        session.entered_at = self.until_last(lecture.ends_at.plus(after_ms));
        session
    }

    fn invite(&mut self, session: &mut Session<'_>, people: &[MemberId]) {
        let before_ms = self.dice.between(20, 60) * HOUR_MS;
        let at = session.lecture.starts_at.plus(-before_ms);
        for member in people {
            self.mark(
                session,
                *member,
                (MarkKind::Expected, at),
                MarkEntry::Seen,
                None,
            );
        }
    }

    /// Marks somebody as the host or the coordinator does without the help of their phone.
    fn call(&mut self, session: &mut Session<'_>, member: MemberId) {
        let kind = if self.dice.chance(LATE) {
            MarkKind::Late
        } else {
            MarkKind::Present
        };
        self.enter(session, member, kind);
    }

    /// Marks somebody as everybody of the roll call is marked.
    fn enter(&mut self, session: &mut Session<'_>, member: MemberId, kind: MarkKind) -> EntryId {
        let (at, entered) = (session.entered_at, session.entered.clone());
        self.mark(session, member, (kind, at), entered, None)
    }

    /// Somebody who did not come: excused, absent, made up for it later, or never spoken of again.
    fn miss(
        &mut self,
        archive: &mut Archive,
        session: &mut Session<'_>,
        manner: Manner,
        member: MemberId,
    ) {
        let kind = match self.dice.below(10) {
            0..=4 => MarkKind::Excused,
            5..=7 => MarkKind::Absent,
            8 => MarkKind::MadeUp,
            _ => return,
        };
        let lecture = session.lecture;
        let by_phone = manner == Manner::Codes && kind == MarkKind::Excused;
        if by_phone && Phones::are_used_by(member) {
            // The journals of the quarter before are written already.
            let quarter = lecture.starts_at.day().quarter().first_day().start();
            let before_ms = self.dice.between(2, 40) * HOUR_MS;
            let asked_at = lecture.starts_at.plus(-before_ms).max(quarter);
            let claim = Claim::Leave(Petition {
                city: self.city.clone(),
                organisation: session.house.organisation,
                activity: lecture.activity,
                reason: self.dice.pick(&self.words.leave).clone(),
            });
            self.claim(archive, member, claim, (asked_at, asked_at.plus(5_000)));
            if self.is_open(lecture) && self.dice.chance(30) {
                return;
            }
        }
        if kind == MarkKind::MadeUp {
            let after_ms = self.dice.between(3, 12) * DAY_MS;
            let at = self.until_last(lecture.ends_at.plus(after_ms));
            self.mark(session, member, (kind, at), MarkEntry::Seen, None);
        } else {
            self.enter(session, member, kind);
        }
    }

    fn mark(
        &mut self,
        session: &mut Session<'_>,
        member: MemberId,
        (kind, at): (MarkKind, Timestamp),
        entered: MarkEntry,
        witness: Option<Witness>,
    ) -> EntryId {
        let mark = Mark {
            activity: session.lecture.activity,
            member,
            kind,
            corrects: None,
            entered,
            witness,
        };
        let entry = self.entry(session.house.host, at, Record::Mark(mark));
        let id = entry.id;
        // A roll call is brought when it is closed; what was seen before waits on the phone.
        let closed_at = session.entered_at.max(session.lecture.ends_at);
        session.marks.push(Piece {
            device: session.device,
            received_at: at.max(closed_at),
            entry,
        });
        id
    }

    fn entry(&mut self, by: MemberId, recorded_at: Timestamp, record: Record) -> Entry {
        Entry {
            id: EntryId(self.dice.id(recorded_at)),
            by,
            recorded_at,
            record,
        }
    }

    fn is_open(&self, lecture: &Lecture) -> bool {
        lecture.starts_at.day() > self.last.plus(-OPEN_DAYS)
    }

    fn until_last(&self, at: Timestamp) -> Timestamp {
        at.min(self.last.start().plus(22 * HOUR_MS))
    }
}

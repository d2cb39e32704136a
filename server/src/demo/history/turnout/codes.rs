//! Check-ins by phone: the host's phone shows codes, people scan or type them, and some answer.

use shared::documents::DocumentName;
use shared::ids::{EntryId, MemberId};
use shared::records::{Claim, Evidence, HostKey, MarkEntry, Presence, Record, Ruling, Scan};
use shared::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::MarkKind;

use super::{LATE, Session, Turnout};
use crate::demo::history::archive::{Archive, Piece};
use crate::demo::history::houses::House;
use crate::demo::history::lectures::Lecture;
use crate::demo::history::phones::{Phone, Phones};

/// Of a thousand who scan and do not answer so many are contradicted.
const CONTRADICTED: usize = 30;

/// How somebody checks in by phone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The host scans the answer.
    Witnessed,
    /// The code is scanned, and the phone has signal.
    Scanned,
    /// The code is scanned, and the phone finds signal later.
    ScannedOffline,
    /// The digits are typed.
    Typed,
}

impl Turnout<'_> {
    /// Everybody who has a phone checks in with it, as the codes on the host's go on.
    pub(super) fn check_in_all(
        &mut self,
        archive: &mut Archive,
        session: &mut Session<'_>,
        came: &[MemberId],
    ) {
        let (house, lecture) = (session.house, session.lecture);
        let host = self.phones.of(house.host, lecture.starts_at);
        self.announce(archive, house, &host, lecture);
        let held_by = (house.organisation, lecture.activity);
        let mut code: Option<Scan> = None;
        for (index, member) in (0_u32..).zip(came) {
            if !Phones::are_used_by(*member) || *member == house.host {
                self.call(session, *member);
                continue;
            }
            let is_late = self.dice.chance(LATE);
            let minute = i64::from(index / 2);
            let minute = if is_late {
                12 + minute % 20
            } else {
                minute % 12 - 14
            };
            let issued_at = lecture.starts_at.plus(minute * MINUTE_MS);
            let shown = code.take().filter(|code| code.issued_at == issued_at);
            let scan = match shown {
                Some(code) => code,
                None => self.phones.code(&host, held_by, index, issued_at),
            };
            self.check_in(archive, session, (*member, is_late), &scan);
            code = Some(scan);
        }
    }

    fn check_in(
        &mut self,
        archive: &mut Archive,
        session: &mut Session<'_>,
        (member, is_late): (MemberId, bool),
        scan: &Scan,
    ) {
        let way = match self.dice.below(20) {
            0..=10 => Way::Witnessed,
            11..=14 => Way::Scanned,
            15..=17 => Way::ScannedOffline,
            _ => Way::Typed,
        };
        let at = scan.issued_at.plus(self.dice.between(2_000, 13_000));
        let travels_ms = match way {
            Way::Witnessed | Way::Scanned | Way::Typed => self.dice.between(1_000, 40_000),
            Way::ScannedOffline => self.dice.between(10, 600) * MINUTE_MS,
        };
        let evidence = match way {
            Way::Witnessed | Way::Scanned | Way::ScannedOffline => Evidence::Scan(scan.clone()),
            Way::Typed => Evidence::Typed {
                digits: scan
                    .host_code(session.house.organisation, session.lecture.activity)
                    .digits(),
            },
        };
        let claim = Claim::CheckIn(self.presence(session, evidence));
        let entry = self.claim(archive, member, claim, (at, at.plus(travels_ms)));
        if session.lecture.kind.checks_out() {
            let left_at = session
                .lecture
                .ends_at
                .plus(self.dice.between(0, 600) * 1_000);
            let claim = Claim::CheckOut(self.presence(session, Evidence::SelfReport));
            self.claim(archive, member, claim, (left_at, left_at.plus(20_000)));
        }
        let seen = if is_late {
            MarkKind::Late
        } else {
            MarkKind::Present
        };
        let is_settled = !self.is_open(session.lecture);
        match way {
            Way::Witnessed => {
                let age_ms = self.dice.between(6_000, 45_000);
                let phone = self.phones.of(member, at);
                let about = (session.lecture.activity, member);
                let witness = phone.answer(about, entry, scan, age_ms);
                let seen_at = scan.issued_at.plus(age_ms);
                let seen = (seen, seen_at);
                self.mark(session, member, seen, MarkEntry::Seen, Some(witness));
            }
            Way::Scanned => self.contradict(archive, session, member, (entry, is_settled)),
            // Older ones were confirmed; of the new ones most wait.
            Way::ScannedOffline | Way::Typed => {
                if is_settled || self.dice.chance(40) {
                    self.enter(session, member, seen);
                }
            }
        }
    }

    /// Now and then the host says that somebody was not there who says that they were. A coordinator
    /// settles it after a while.
    fn contradict(
        &mut self,
        archive: &mut Archive,
        session: &mut Session<'_>,
        member: MemberId,
        (claim, is_settled): (EntryId, bool),
    ) {
        if self.dice.below(1_000) >= CONTRADICTED {
            return;
        }
        let lecture = session.lecture;
        let mark = self.enter(session, member, MarkKind::Absent);
        if !is_settled {
            self.owed_milli += 1_000;
            return;
        }
        let after_ms = self.dice.between(1, 6) * DAY_MS;
        let ruled_at = self.until_last(lecture.ends_at.plus(after_ms));
        let mut settles = vec![claim, mark];
        settles.sort_unstable();
        let ruling = Ruling {
            activity: lecture.activity,
            member,
            decision: MarkKind::Present,
            reason: self.words.settled.clone(),
            settles,
            signed_by: session.house.signed_by.clone(),
        };
        let name = DocumentName::Ledger {
            organisation: session.house.organisation,
            quarter: ruled_at.day().quarter(),
        };
        let entry = self.entry(session.house.by, ruled_at, Record::Ruling(ruling));
        archive.put_paper(name, entry);
    }

    /// The host's phone says once in the calendar that it shows codes.
    fn announce(&mut self, archive: &mut Archive, house: &House, host: &Phone, lecture: &Lecture) {
        if !self.announced.insert(house.organisation) {
            return;
        }
        let at = lecture.starts_at.plus(-HOUR_MS);
        let key = HostKey {
            organisation: house.organisation,
            public_key: host.public_key(),
        };
        let name = DocumentName::Calendar {
            organisation: house.organisation,
            quarter: lecture.starts_at.day().quarter(),
        };
        let piece = Piece {
            device: host.device,
            received_at: at,
            entry: self.entry(house.host, at, Record::HostKey(key)),
        };
        archive.put(name, piece);
    }

    fn presence(&self, session: &Session<'_>, evidence: Evidence) -> Presence {
        Presence {
            city: self.city.clone(),
            organisation: session.house.organisation,
            activity: session.lecture.activity,
            evidence,
            installation: None,
        }
    }

    /// Enters what somebody says on their own phone.
    pub(super) fn claim(
        &mut self,
        archive: &mut Archive,
        member: MemberId,
        claim: Claim,
        (at, received_at): (Timestamp, Timestamp),
    ) -> EntryId {
        let phone = self.phones.of(member, at);
        let entry = self.entry(member, at, Record::Claim(claim));
        let id = entry.id;
        let name = DocumentName::Journal {
            member,
            quarter: at.day().quarter(),
        };
        let piece = Piece {
            device: phone.device,
            received_at,
            entry,
        };
        archive.put(name, piece);
        id
    }
}

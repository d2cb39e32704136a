//! Enters what is asked, answered and listed into the documents in which it stands.

use std::collections::BTreeMap;

use shared::documents::DocumentName;
use shared::ids::{EntryId, ListingId, MemberId, OrganisationId};
use shared::records::{
    Entry, Listing, Rating, Record, Reply, ReplyWord, Request, Subject, Topic, Withdrawal,
};
use shared::time::{DAY_MS, Day, HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::{ListingKind, Satisfaction};

use super::wording::{Item, Wording};
use crate::demo::DemoStatement;
use crate::demo::dice::Dice;
use crate::demo::people::Population;
use crate::directory::Person;

/// An organisation with who acts for it.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub organisation: OrganisationId,
    pub by: MemberId,
}

/// In whose name something is asked.
#[derive(Clone, Copy)]
pub(super) enum Voice {
    Member(MemberId),
    Organisation(Desk),
}

/// A request that was entered.
pub(super) struct Asked {
    pub entry: EntryId,
    voice: Voice,
    to: Desk,
    topics: Vec<Topic>,
}

/// Something that was put on a list.
pub(super) struct Listed {
    pub desk: Desk,
    pub listing: Listing,
    entry: EntryId,
}

pub(super) struct Clerk<'c> {
    pub dice: Dice,
    pub today: Day,
    pub wording: &'c Wording,
    pub written: Vec<DemoStatement>,
    people: BTreeMap<MemberId, &'c Person>,
}

impl<'c> Clerk<'c> {
    pub(super) fn new(
        dice: Dice,
        today: Day,
        wording: &'c Wording,
        population: &'c Population,
    ) -> Self {
        let people = population.people.iter();
        Self {
            dice,
            today,
            wording,
            written: Vec::new(),
            people: people.map(|person| (person.id, person)).collect(),
        }
    }

    /// Enters a request so many days before today.
    pub(super) fn ask(&mut self, voice: Voice, to: Desk, subject: Subject, days: i32) -> Asked {
        self.request(voice, to, subject, None, days)
    }

    /// Enters a request in the place of an earlier one.
    pub(super) fn ask_instead(
        &mut self,
        of: &Asked,
        to: Desk,
        subject: Subject,
        days: i32,
    ) -> Asked {
        self.request(of.voice, to, subject, Some(of.entry), days)
    }

    /// Answers a request in the name of the organisation that is asked.
    pub(super) fn answer(&mut self, asked: &Asked, word: ReplyWord, days: i32) {
        self.answer_as(asked.to.by, asked, word, days);
    }

    /// Answers a request by somebody else who may.
    pub(super) fn answer_as(&mut self, by: MemberId, asked: &Asked, word: ReplyWord, days: i32) {
        let reply = Reply {
            request: asked.entry,
            topics: asked.topics.clone(),
            word,
            knew: Vec::new(),
            signed_by: self.name(by),
        };
        self.say(
            Voice::Organisation(Desk { by, ..asked.to }),
            Record::Reply(reply),
            days,
        );
    }

    /// Accepts a request with some words.
    pub(super) fn accept(&mut self, asked: &Asked, opinions: &[String], days: i32) {
        let opinion = self.dice.pick(opinions).clone();
        self.answer(asked, ReplyWord::Accepted { opinion }, days);
    }

    /// Says how the work was found.
    pub(super) fn rate(
        &mut self,
        asked: &Asked,
        satisfaction: Satisfaction,
        words: String,
        days: i32,
    ) {
        let rating = Rating {
            request: asked.entry,
            topics: asked.topics.clone(),
            satisfaction,
            words,
            signed_by: self.name(asked.to.by),
        };
        self.say(Voice::Organisation(asked.to), Record::Rating(rating), days);
    }

    /// Takes a request back.
    pub(super) fn withdraw(&mut self, asked: &Asked, reason: &str, days: i32) {
        let withdrawal = Withdrawal {
            request: asked.entry,
            topics: asked.topics.clone(),
            reason: reason.to_owned(),
        };
        self.say(asked.voice, Record::Withdrawal(withdrawal), days);
    }

    /// Puts something on a community's list.
    pub(super) fn list(&mut self, desk: Desk, kind: ListingKind, item: &Item, days: i32) -> Listed {
        let seed = self.dice.id(self.today.plus(-days).start());
        let until = (kind == ListingKind::Project).then(|| self.today.plus(60));
        let listing = Listing {
            listing: ListingId::of(desk.organisation, seed),
            seed,
            revises: None,
            kind,
            title: item.title.clone(),
            text: item.text.clone(),
            category: item.category,
            skills: item.skills.clone(),
            times: item.times.clone(),
            places: item.places,
            place: item.place.clone(),
            until,
            closed: None,
        };
        let entry = self.put(desk, listing.clone(), days);
        Listed {
            desk,
            listing,
            entry,
        }
    }

    /// Closes what stands on a list.
    pub(super) fn close(&mut self, listed: &Listed, days: i32) {
        let listing = Listing {
            revises: Some(listed.entry),
            closed: Some(self.wording.closed(listed.listing.kind).to_owned()),
            ..listed.listing.clone()
        };
        self.put(listed.desk, listing, days);
    }

    /// Returns somebody's name.
    pub(super) fn name(&self, member: MemberId) -> String {
        let person = self.people.get(&member);
        person.map_or_else(String::new, |person| person.name.clone())
    }

    /// Returns somebody's telephone number, if there is one.
    pub(super) fn phone(&self, member: MemberId) -> Option<String> {
        self.people.get(&member)?.phone.clone()
    }

    /// Returns up to `most` of some things, at least one, sorted, each once.
    pub(super) fn some<T: Clone + Ord>(&mut self, things: &[T], most: usize) -> Vec<T> {
        let count = 1 + self.dice.below(most);
        let mut some: Vec<T> = (0..count).map(|_| self.dice.pick(things).clone()).collect();
        some.sort_unstable();
        some.dedup();
        some
    }

    fn request(
        &mut self,
        voice: Voice,
        to: Desk,
        subject: Subject,
        replaces: Option<EntryId>,
        days: i32,
    ) -> Asked {
        let asker = match voice {
            Voice::Member(_) => None,
            Voice::Organisation(desk) => Some(desk.organisation),
        };
        let request = Request {
            to: to.organisation,
            asker,
            replaces,
            subject,
        };
        let topics = request.topics(by(voice));
        let entry = self.say(voice, Record::Request(request), days);
        Asked {
            entry,
            voice,
            to,
            topics,
        }
    }

    fn put(&mut self, desk: Desk, listing: Listing, days: i32) -> EntryId {
        let document = DocumentName::Board {
            organisation: desk.organisation,
        };
        let at = self.at(days);
        self.enter(document, desk.by, at, Record::Listing(listing))
    }

    fn say(&mut self, voice: Voice, record: Record, days: i32) -> EntryId {
        let at = self.at(days);
        let quarter = at.day().quarter();
        let document = match voice {
            Voice::Member(member) => DocumentName::Journal { member, quarter },
            Voice::Organisation(Desk { organisation, .. }) => DocumentName::Ledger {
                organisation,
                quarter,
            },
        };
        self.enter(document, by(voice), at, record)
    }

    fn enter(
        &mut self,
        document: DocumentName,
        by: MemberId,
        recorded_at: Timestamp,
        record: Record,
    ) -> EntryId {
        let id = EntryId(self.dice.id(recorded_at));
        let entry = Entry {
            id,
            by,
            recorded_at,
            record,
        };
        self.written.push(DemoStatement { document, entry });
        id
    }

    /// Some minute between nine in the morning and nine in the evening, so many days before today.
    fn at(&mut self, days: i32) -> Timestamp {
        let minutes = i64::try_from(self.dice.below(12 * 60)).unwrap_or(0);
        let day = self.today.start().plus(-i64::from(days) * DAY_MS);
        day.plus(9 * HOUR_MS + minutes * MINUTE_MS)
    }
}

fn by(voice: Voice) -> MemberId {
    match voice {
        Voice::Member(member) => member,
        Voice::Organisation(desk) => desk.by,
    }
}

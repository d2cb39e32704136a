//! Registrations, the lists and service: members register, move, withdraw, claim and tell what they
//! did; coordinators list, log for others, answer and rate by what their own phones show.

use shared::client::MatterView;
use shared::ids::{EntryId, ListingId, MemberId, OrganisationId};
use shared::permission::Authority;
use shared::project::Party;
use shared::reconcile::{BoardItem, Matter};
use shared::records::{
    Correction, Listing, MemberRegistration, OrganisationRegistration, Pledge, Rating, Record,
    Reply, ReplyWord, Request, Service, Subject, Topic, Withdrawal,
};
use shared::time::{MINUTE_MS, Timestamp};
use shared::wire::MatterRow;
use shared::words::{
    ListingKind, OrganisationKind, RequestKind, Role, Satisfaction, ServiceCategory,
};

use super::world::World;

impl World {
    /// What somebody does about registrations, the lists and service.
    pub(super) fn serve(
        &mut self,
        number: usize,
        coordinates: Option<OrganisationId>,
        now: Timestamp,
    ) -> Option<Record> {
        let engine = self.phones[number].engine.as_ref()?;
        let matters = engine.matters();
        let boards = engine.boards();
        match (self.chance.below(10), coordinates) {
            (0, Some(organisation)) => self.put_on_the_list(organisation, &boards, now),
            (1, Some(organisation)) => self.log_for_others(number, organisation, now),
            (2, Some(organisation)) => Some(self.register_unit(organisation)),
            (3..=6, Some(organisation)) => self.reply_to(organisation, &matters),
            (7, _) => self.withdraw(number, coordinates, &matters),
            (0 | 1, _) => self.register(number, &matters),
            (2..=4, _) => self.pledge(coordinates, &boards),
            _ => self.tell_of_service(number, &matters, now),
        }
    }

    /// Registers at some community; now and then as a move from the one before.
    fn register(&mut self, number: usize, matters: &[MatterView]) -> Option<Record> {
        let own = Party::Member(self.phones[number].identity.member);
        let former = matters
            .iter()
            .map(|view| &view.row.matter)
            .find(|matter| matter.asker == own && matter.kind() == RequestKind::MemberRegistration);
        let former = former.map(|matter| matter.request);
        let replaces = former.filter(|_| self.chance.happens(600));
        let to = self.community()?;
        let form = MemberRegistration {
            name: "李秀英".into(),
            phone: "13800001234".into(),
            workplace: "市图书馆".into(),
            branch: "图书馆支部".into(),
            party_post: None,
            grid: None,
            skills: vec!["急救".into()],
            interests: vec![ServiceCategory::Health],
            times: Vec::new(),
            until: None,
            note: None,
        };
        Some(Record::Request(Request {
            to,
            asker: None,
            replaces,
            subject: Subject::MemberRegistration(form),
        }))
    }

    fn register_unit(&mut self, unit: OrganisationId) -> Record {
        let form = OrganisationRegistration {
            name: "市图书馆".into(),
            kind: OrganisationKind::Branch,
            contact: "何敏".into(),
            phone: "0758-2812345".into(),
            address: "和平路1号".into(),
            services: "借阅上门".into(),
            members: None,
            note: None,
        };
        Record::Request(Request {
            to: self.community().unwrap_or(unit),
            asker: Some(unit),
            replaces: None,
            subject: Subject::OrganisationRegistration(form),
        })
    }

    /// Claims something of a list, also what the phone knows to be closed.
    fn pledge(
        &mut self,
        coordinates: Option<OrganisationId>,
        boards: &[BoardItem],
    ) -> Option<Record> {
        let item = self.chance.pick(boards)?;
        let (listing, to) = (item.listing.listing, item.organisation);
        let asker = coordinates.filter(|_| self.chance.happens(200));
        let places = asker.map_or(1, |_| 2);
        Some(Record::Request(Request {
            to,
            asker,
            replaces: None,
            subject: Subject::Pledge(Pledge {
                listing,
                places,
                note: None,
            }),
        }))
    }

    /// Tells of a service of the last hours; some overlap, some are odd, some put another right.
    fn tell_of_service(
        &mut self,
        number: usize,
        matters: &[MatterView],
        now: Timestamp,
    ) -> Option<Record> {
        let own = Party::Member(self.phones[number].identity.member);
        let former = matters.iter().map(|view| &view.row.matter).find(|matter| {
            matter.asker == own && matter.kind() == RequestKind::Service && !matter.is_accepted()
        });
        let former = former.map(|matter| (matter.request, matter.to));
        let former = former.filter(|_| self.chance.happens(200));
        let to = match former {
            Some((_, to)) => to,
            None => self.community()?,
        };
        Some(Record::Request(Request {
            to,
            asker: None,
            replaces: former.map(|(request, _)| request),
            subject: Subject::Service(self.service(Vec::new(), now)),
        }))
    }

    /// A team's leader tells of a service of several.
    fn log_for_others(
        &mut self,
        number: usize,
        team: OrganisationId,
        now: Timestamp,
    ) -> Option<Record> {
        let engine = self.phones[number].engine.as_ref()?;
        let mut people: Vec<MemberId> = engine
            .directory()?
            .members
            .iter()
            .map(|member| member.id)
            .take(5)
            .collect();
        people.sort_unstable();
        if people.is_empty() {
            return None;
        }
        let to = self.community()?;
        Some(Record::Request(Request {
            to,
            asker: Some(team),
            replaces: None,
            subject: Subject::Service(self.service(people, now)),
        }))
    }

    fn service(&mut self, people: Vec<MemberId>, now: Timestamp) -> Service {
        let ended = self.chance.between(-120, 60) * MINUTE_MS;
        let minutes = self.chance.between(10, 900);
        let ends_at = now.plus(ended);
        Service {
            starts_at: ends_at.plus(-minutes * MINUTE_MS),
            ends_at,
            minutes: u32::try_from(minutes).unwrap_or(1),
            category: ServiceCategory::Health,
            beneficiaries: 3,
            place: None,
            note: None,
            listing: None,
            activity: None,
            photo: None,
            people,
        }
    }

    fn withdraw(
        &mut self,
        number: usize,
        coordinates: Option<OrganisationId>,
        matters: &[MatterView],
    ) -> Option<Record> {
        let own = Party::Member(self.phones[number].identity.member);
        let mine: Vec<&Matter> = matters
            .iter()
            .map(|view| &view.row.matter)
            .filter(|matter| {
                let organisations = coordinates.map(Party::Organisation);
                matter.asker == own || Some(matter.asker) == organisations
            })
            .collect();
        let matter = self.chance.pick(&mine)?;
        Some(Record::Withdrawal(Withdrawal {
            request: matter.request,
            topics: vec![matter.topic],
            reason: "搬家".into(),
        }))
    }

    /// A coordinator answers something that waits, changes an answer, or rates the work.
    fn reply_to(&mut self, organisation: OrganisationId, matters: &[MatterView]) -> Option<Record> {
        let asked: Vec<&Matter> = matters
            .iter()
            .map(|view| &view.row.matter)
            .filter(|matter| matter.to == organisation)
            .collect();
        let open: Vec<&Matter> = asked.iter().copied().filter(|it| it.is_open()).collect();
        let matter = if self.chance.happens(800) && !open.is_empty() {
            *self.chance.pick(&open)?
        } else {
            *self.chance.pick(&asked)?
        };
        let topics: Vec<Topic> = vec![matter.topic];
        if self.chance.happens(150) {
            return Some(Record::Rating(Rating {
                request: matter.request,
                topics,
                satisfaction: Satisfaction::Satisfied,
                words: "很细心".into(),
                signed_by: "王书记".into(),
            }));
        }
        let word = self.word(matter);
        // Some decide by a screen that they looked at a while ago.
        let knew: Vec<EntryId> = if self.chance.happens(800) {
            matter.said.clone()
        } else {
            Vec::new()
        };
        Some(Record::Reply(Reply {
            request: matter.request,
            topics,
            word,
            knew,
            signed_by: "王书记".into(),
        }))
    }

    fn word(&mut self, matter: &Matter) -> ReplyWord {
        let reason = || String::from("地址不全");
        match (self.chance.below(6), matter.kind()) {
            (0, _) => ReplyWord::Returned { reason: reason() },
            (1 | 2, RequestKind::Service) => ReplyWord::Corrected(Correction {
                minutes: u32::try_from(self.chance.between(10, 120)).unwrap_or(10),
                beneficiaries: 2,
                category: ServiceCategory::Other,
                reason: reason(),
            }),
            _ => ReplyWord::Accepted {
                opinion: "同意接收".into(),
            },
        }
    }

    /// Something new, or something that is there is closed, opened again or has fewer places.
    fn put_on_the_list(
        &mut self,
        organisation: OrganisationId,
        boards: &[BoardItem],
        now: Timestamp,
    ) -> Option<Record> {
        let own: Vec<&BoardItem> = boards
            .iter()
            .filter(|item| item.organisation == organisation)
            .collect();
        if let Some(item) = self.chance.pick(&own).copied()
            && self.chance.happens(500)
        {
            let mut listing = item.listing.clone();
            listing.revises = Some(item.entry);
            if self.chance.happens(500) {
                let closed = listing.closed.is_none();
                listing.closed = closed.then(|| "人数已满".into());
            } else {
                listing.places = u32::try_from(self.chance.between(1, 3)).unwrap_or(1);
            }
            return Some(Record::Listing(listing));
        }
        let seed = self.chance.uuid(now);
        Some(Record::Listing(Listing {
            listing: ListingId::of(organisation, seed),
            seed,
            revises: None,
            kind: *self.chance.pick(ListingKind::ALL)?,
            title: "义诊帮手".into(),
            text: String::new(),
            category: ServiceCategory::Health,
            skills: Vec::new(),
            times: Vec::new(),
            places: u32::try_from(self.chance.between(1, 3)).unwrap_or(1),
            place: None,
            until: None,
            closed: None,
        }))
    }

    /// Some community of the city.
    fn community(&mut self) -> Option<OrganisationId> {
        let branches = self.directory.branches();
        let path = self.chance.pick(&branches)?;
        Some(self.directory.organisations[path].id)
    }
}

/// Tells whether a phone of this owner is told of a request: it is theirs, or an organisation that they
/// coordinate by a right of their own is asked or asks.
pub(super) fn concerns(authority: &Authority, matter: &Matter) -> bool {
    let own = Party::Member(authority.member);
    let mut grants = authority.grants.iter().filter(|grant| match grant.role {
        Role::Coordinator | Role::Administrator => true,
        Role::Host => false,
    });
    matter.topic == Topic::Member(authority.member)
        || matter.asker == own
        || grants.any(|grant| {
            let organisation = grant.organisation;
            matter.to == organisation || matter.asker == Party::Organisation(organisation)
        })
}

/// Returns a request as a phone is told of it; nobody has a name here.
pub(super) fn row(matter: Matter) -> MatterRow {
    MatterRow {
        matter,
        name: String::new(),
        from: String::new(),
        to: String::new(),
        place: Vec::new(),
    }
}

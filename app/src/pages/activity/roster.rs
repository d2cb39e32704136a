//! Who is expected, what was marked of each, what each says of themselves, and the counts of it.

use std::collections::{BTreeMap, BTreeSet};

use shared::api::AttendanceList;
use shared::client::{RecordState, RecordView};
use shared::directory::{DirectorySlice, Organisation};
use shared::ids::{EntryId, MemberId, OrganisationId, OrganisationPath};
use shared::project::MarkRow;
use shared::reconcile::{Attendance, Confirmation, Outcome, Source};
use shared::records::{Audience, Record};
use shared::time::Timestamp;
use shared::words::MarkKind;

use crate::state::{standing_invitations, standing_marks};

/// Whether the activity is for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Place {
    /// 应到
    Expected,
    /// 来宾: a member for whom it is not, of whom something is said all the same.
    Guest,
}

/// One person of a roll call, as far as this phone knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pages) struct Person {
    pub(in crate::pages) id: MemberId,
    pub(in crate::pages) name: String,
    /// The name of the home branch; empty where nobody told it.
    pub(in crate::pages) branch: String,
    pub(super) place: Place,
    /// What stands in the roll call, and how far that mark has come.
    pub(super) mark: Option<(MarkKind, RecordState)>,
    /// What the server made of both sides when it was last asked.
    pub(super) outcome: Option<Outcome>,
}

impl Person {
    /// Tells whether the activity is for the person.
    pub(in crate::pages) fn is_expected(&self) -> bool {
        self.place == Place::Expected
    }

    /// Returns what the server made of both sides.
    pub(in crate::pages) fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// Returns when the person checked in, by their own phone.
    pub(in crate::pages) fn claimed_at(&self) -> Option<Timestamp> {
        let pieces = &self.outcome.as_ref()?.evidence;
        let claims = pieces.iter().filter(|piece| match piece.source {
            Source::Claim(_) => true,
            Source::Left
            | Source::Leave
            | Source::Objection
            | Source::Mark { .. }
            | Source::LateEntry { .. }
            | Source::ProxyEntry { .. }
            | Source::Witness { .. }
            | Source::Ruling { .. } => false,
        });
        claims.map(|piece| piece.recorded_at).min()
    }

    /// Returns what both sides come to: the mark on this phone may be newer than the server's word.
    pub(in crate::pages) fn attendance(&self) -> Option<Attendance> {
        let settled = self.outcome.as_ref().map(|outcome| outcome.attendance);
        // Whoever decided had the marks before them, and a contradiction comes back as a dispute.
        if self
            .outcome
            .as_ref()
            .is_some_and(|outcome| outcome.decision.is_some())
        {
            return settled;
        }
        let claim_counts = match settled {
            Some(Attendance::Unmatched(_) | Attendance::Expected) | None => false,
            Some(_) => self.claimed_at().is_some(),
        };
        match (self.mark, claim_counts) {
            (Some((MarkKind::Absent | MarkKind::Excused, _)), true) => Some(Attendance::Disputed),
            (Some((MarkKind::Present, _)), _) => Some(Attendance::Present),
            (Some((MarkKind::Late, _)), _) => Some(Attendance::Late),
            (Some((MarkKind::Excused, _)), false) => Some(Attendance::Excused),
            (Some((MarkKind::Absent, _)), false) => Some(Attendance::Absent),
            (Some((MarkKind::MadeUp, _)), true) => Some(Attendance::Present),
            (Some((MarkKind::MadeUp, _)), false) => Some(Attendance::MadeUp),
            (Some((MarkKind::Expected | MarkKind::Withdrawn, _)) | None, _) => settled,
        }
    }

    /// Returns the mark that would confirm what the person says, where it waits for one.
    pub(super) fn to_confirm(&self) -> Option<MarkKind> {
        let outcome = self.outcome.as_ref()?;
        if self.mark.is_some() || outcome.confirmation != Confirmation::Waiting {
            return None;
        }
        match outcome.attendance {
            Attendance::Present => Some(MarkKind::Present),
            Attendance::Late => Some(MarkKind::Late),
            Attendance::Expected
            | Attendance::Excused
            | Attendance::LeaveAsked
            | Attendance::Absent
            | Attendance::MadeUp
            | Attendance::Disputed
            | Attendance::Unmatched(_) => None,
        }
    }

    fn rank(&self) -> (bool, &str, MemberId) {
        (self.place == Place::Guest, &self.name, self.id)
    }

    /// Returns why the person asks for leave, while nobody has answered.
    pub(super) fn leave_asked(&self) -> Option<String> {
        let outcome = self.outcome.as_ref()?;
        if self.mark.is_some() || outcome.attendance != Attendance::LeaveAsked {
            return None;
        }
        let mut pieces = outcome.evidence.iter();
        let asked = pieces.find(|piece| piece.source == Source::Leave)?;
        Some(asked.note.clone().unwrap_or_default())
    }
}

/// The counts above a roll call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::pages) struct Counts {
    /// 应到
    pub(in crate::pages) expected: usize,
    /// 实到, late ones among them.
    pub(in crate::pages) present: usize,
    /// 请假
    pub(in crate::pages) excused: usize,
    /// 缺席
    pub(in crate::pages) absent: usize,
    /// 待核实
    pub(super) disputed: usize,
    /// Nothing is known, or nothing that counts.
    pub(super) unknown: usize,
    /// 已点: those whom a host has marked, whatever they say themselves.
    pub(super) marked: usize,
    /// 来宾 who came, without those whom no roster here knows.
    pub(in crate::pages) guests: usize,
}

/// Counts everybody once; guests apart from the expected.
pub(in crate::pages) fn counts(roster: &[Person]) -> Counts {
    let mut counts = Counts::default();
    for person in roster {
        let attendance = person.attendance();
        if person.place == Place::Guest {
            let came = matches!(attendance, Some(Attendance::Present | Attendance::Late));
            counts.guests += usize::from(came);
            continue;
        }
        let count = match attendance {
            Some(Attendance::Present | Attendance::Late) => &mut counts.present,
            Some(Attendance::Excused) => &mut counts.excused,
            Some(Attendance::Absent | Attendance::MadeUp) => &mut counts.absent,
            Some(Attendance::Disputed) => &mut counts.disputed,
            Some(Attendance::Expected | Attendance::LeaveAsked | Attendance::Unmatched(_))
            | None => &mut counts.unknown,
        };
        *count += 1;
        counts.expected += 1;
        counts.marked += usize::from(person.mark.is_some());
    }
    counts
}

/// What a roll call is made of.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Sources<'a> {
    pub(in crate::pages) slice: &'a DirectorySlice,
    /// The organisation that holds the activity.
    pub(in crate::pages) organisation: OrganisationId,
    pub(in crate::pages) audience: &'a Audience,
    pub(in crate::pages) marks: &'a [MarkRow],
    pub(in crate::pages) records: &'a [RecordView],
    /// The server's list, where it was read.
    pub(in crate::pages) list: Option<&'a AttendanceList>,
}

/// Returns the people of a roll call: first those for whom the activity is, members on this phone
/// and those whom the server names, then the guests; each part sorted by name as the directory is.
pub(in crate::pages) fn roster(sources: Sources<'_>) -> Vec<Person> {
    let known = known(sources);
    let under_way = under_way(sources.records);
    let standing = standing_marks(sources.marks);
    let outcomes: BTreeMap<MemberId, &Outcome> = sources
        .list
        .iter()
        .flat_map(|list| &list.rows)
        .map(|row| (row.outcome.member, &row.outcome))
        .collect();
    let mut people: Vec<Person> = known
        .into_iter()
        .filter_map(|(id, known)| {
            let mark = standing.get(&id);
            let outcome = outcomes.get(&id).copied();
            let place = match (
                known.expected,
                &mark,
                outcome.map(|outcome| outcome.attendance),
            ) {
                (true, _, _) => Place::Expected,
                // Whose invitation was taken back, and of whom nothing else is said.
                (false, None, None | Some(Attendance::Expected)) => return None,
                (false, _, _) => Place::Guest,
            };
            let state = |id: &EntryId| under_way.get(id).copied().unwrap_or(RecordState::Uploaded);
            Some(Person {
                id,
                name: known.name,
                branch: known.branch,
                place,
                mark: mark.map(|row| (row.mark.kind, state(&row.id))),
                outcome: outcome.cloned(),
            })
        })
        .collect();
    people.sort_by(|one, other| one.rank().cmp(&other.rank()));
    people
}

/// Somebody whose name this phone knows.
struct Known {
    name: String,
    branch: String,
    expected: bool,
}

fn known(sources: Sources<'_>) -> BTreeMap<MemberId, Known> {
    let slice = sources.slice;
    let invited: BTreeSet<MemberId> = match sources.audience {
        Audience::Invitation => standing_invitations(sources.marks).into_keys().collect(),
        Audience::Everybody | Audience::Organisations(_) => BTreeSet::new(),
    };
    let mut known: BTreeMap<MemberId, Known> = BTreeMap::new();
    for row in sources.list.iter().flat_map(|list| &list.rows) {
        let person = Known {
            name: row.name.clone(),
            branch: row.branch.clone(),
            expected: row.expected,
        };
        known.insert(row.outcome.member, person);
    }
    for person in sources.list.iter().flat_map(|list| &list.expected) {
        let expected = Known {
            name: person.name.clone(),
            branch: person.branch.clone(),
            expected: true,
        };
        known.insert(person.member, expected);
    }
    let organisations: BTreeMap<OrganisationId, &Organisation> = slice
        .organisations
        .iter()
        .map(|organisation| (organisation.id, organisation))
        .collect();
    let meant = match sources.audience {
        Audience::Everybody => std::slice::from_ref(&sources.organisation),
        Audience::Organisations(organisations) => organisations,
        Audience::Invitation => &[],
    };
    let paths: Vec<&OrganisationPath> = meant
        .iter()
        .filter_map(|id| organisations.get(id).map(|organisation| &organisation.path))
        .collect();
    for member in &slice.members {
        let branch = organisations.get(&member.branch);
        let beneath =
            branch.is_some_and(|branch| paths.iter().any(|path| path.covers(&branch.path)));
        // This phone's roll call is newer than what the server told of who is invited.
        let expected = meant.contains(&member.branch) || beneath || invited.contains(&member.id);
        let person = Known {
            name: member.name.clone(),
            branch: branch.map(|branch| branch.name.clone()).unwrap_or_default(),
            expected,
        };
        known.insert(member.id, person);
    }
    known
}

/// The marks that the server does not have yet.
fn under_way(records: &[RecordView]) -> BTreeMap<EntryId, RecordState> {
    let marks = records.iter().filter(|view| match view.entry.record {
        Record::Mark(_) => true,
        Record::Claim(_)
        | Record::Plan(_)
        | Record::HostKey(_)
        | Record::Visitor(_)
        | Record::Ruling(_)
        | Record::Request(_)
        | Record::Withdrawal(_)
        | Record::Reply(_)
        | Record::Rating(_)
        | Record::Listing(_) => false,
    });
    // With every try hundreds of rows would say that they are on their way, and that they are not.
    let settled = |state| match state {
        RecordState::Saved | RecordState::Sending => RecordState::Saved,
        RecordState::Uploaded | RecordState::Refused(_) => state,
    };
    marks
        .map(|view| (view.entry.id, settled(view.state)))
        .collect()
}

#[cfg(test)]
mod tests;

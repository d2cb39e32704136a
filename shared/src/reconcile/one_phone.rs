//! One phone that spoke for several members, as far as the evidence shows it.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Outcome;
use crate::ids::{InstallationId, MemberId};

/// Returns the members of one activity who spoke through a copy of the app that also spoke for
/// another member, each with these others. Phones are lent for good reasons: it is something to look
/// at, and drops nothing. Source: design.md, "Presence that can be trusted", one device for two
/// members.
pub fn spoke_through_one_phone<'a>(
    outcomes: impl IntoIterator<Item = &'a Outcome>,
) -> BTreeMap<MemberId, BTreeSet<MemberId>> {
    let mut speakers: BTreeMap<InstallationId, BTreeSet<MemberId>> = BTreeMap::new();
    for outcome in outcomes {
        for installation in outcome
            .evidence
            .iter()
            .filter_map(|piece| piece.installation)
        {
            speakers
                .entry(installation)
                .or_default()
                .insert(outcome.member);
        }
    }
    let mut found: BTreeMap<MemberId, BTreeSet<MemberId>> = BTreeMap::new();
    for members in speakers.into_values().filter(|members| members.len() > 1) {
        for member in &members {
            let others = members.iter().filter(|other| *other != member);
            found.entry(*member).or_default().extend(others);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::{Attendance, Basis, Confirmation, Piece, Source};
    use super::*;
    use crate::ids::{ActivityId, DeviceId, EntryId, OrganisationId};
    use crate::time::{Day, Timestamp};

    fn member(number: u128) -> MemberId {
        MemberId(Uuid::from_u128(number))
    }

    /// A member whose pieces came through these copies of the app; 0 is one that tells none.
    fn outcome(number: u128, installations: &[u128]) -> Outcome {
        let piece = |installation: &u128| Piece {
            entry: EntryId(Uuid::from_u128(number * 100 + installation)),
            device: DeviceId(Uuid::from_u128(number)),
            source: Source::Claim(Basis::SelfReport),
            recorded_at: Timestamp(0),
            note: None,
            installation: (*installation != 0)
                .then(|| InstallationId(Uuid::from_u128(*installation))),
        };
        Outcome {
            activity: ActivityId(Uuid::nil()),
            member: member(number),
            organisation: OrganisationId(Uuid::nil()),
            day: Day(0),
            attendance: Attendance::Present,
            grade: None,
            confirmation: Confirmation::Waiting,
            evidence: installations.iter().map(piece).collect(),
            flags: Vec::new(),
            decision: None,
            objection: None,
            left_at: None,
            study_minutes: 0,
        }
    }

    #[test]
    fn members_who_spoke_through_one_phone_are_named_to_each_other() {
        let outcomes = [
            outcome(1, &[7]),
            outcome(2, &[8, 7]),
            outcome(3, &[8]),
            outcome(4, &[9]),
        ];
        let found = spoke_through_one_phone(&outcomes);
        let others = |number| found.get(&member(number)).cloned().unwrap_or_default();
        assert_eq!(others(1), [member(2)].into());
        assert_eq!(others(2), [member(1), member(3)].into());
        assert_eq!(others(3), [member(2)].into());
        assert!(!found.contains_key(&member(4)));
    }

    #[test]
    fn two_pieces_of_one_member_or_of_untold_phones_are_nothing_to_look_at() {
        let outcomes = [outcome(1, &[7, 7]), outcome(2, &[0]), outcome(3, &[0])];
        assert!(spoke_through_one_phone(&outcomes).is_empty());
    }
}

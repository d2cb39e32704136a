use super::*;
use crate::pages::affairs::desk::tests::{matter, pledge, service};

fn draft(matter: &Matter, way: Way) -> Draft {
    Draft {
        way,
        ..Draft::of(matter, "offered".to_owned())
    }
}

#[test]
fn a_correction_needs_other_numbers_and_a_reason() {
    let matter = matter(1, 1, RequestState::Waiting, 8, service(120));
    let same = draft(&matter, Way::Correct);
    let faults = same.word(&matter).unwrap_err();
    assert_eq!(faults[&Place::Minutes], Fault::Unchanged);
    assert_eq!(faults[&Place::Reason], Fault::Missing);
    let corrected = Draft {
        minutes: " 90 ".to_owned(),
        reason: "rest".to_owned(),
        ..same.clone()
    };
    let ReplyWord::Corrected(to) = corrected.word(&matter).unwrap() else {
        panic!("a correction is a correction");
    };
    assert_eq!((to.minutes, to.beneficiaries), (90, 5));
    for nonsense in ["", "0", "-5", "1.5", "10081"] {
        let draft = Draft {
            minutes: nonsense.to_owned(),
            ..corrected.clone()
        };
        let faults = draft.word(&matter).unwrap_err();
        assert!(faults.contains_key(&Place::Minutes), "{nonsense}");
    }
}

#[test]
fn nothing_is_returned_without_a_reason() {
    let matter = matter(1, 1, RequestState::Waiting, 8, service(120));
    let returned = draft(&matter, Way::Return);
    assert_eq!(
        returned.word(&matter).unwrap_err(),
        Faults::from([(Place::Reason, Fault::Missing)])
    );
    let accepted = draft(&matter, Way::Accept);
    assert_eq!(
        accepted.word(&matter),
        Ok(ReplyWord::Accepted {
            opinion: String::new()
        })
    );
}

#[test]
fn work_is_rated_once_it_is_accepted_and_a_registration_never() {
    let rated = |state, subject| may_be_rated(&matter(1, 1, state, 8, subject));
    assert!(rated(RequestState::Accepted, service(60)));
    assert!(rated(RequestState::Taken, pledge(1, 1)));
    assert!(!rated(RequestState::Waiting, service(60)));
    assert!(!rated(RequestState::Returned, pledge(1, 1)));
}

//! Operations that no phone makes: each change is whole and signed in, and says something forbidden.

use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT, ScalarValue};

use super::*;

/// A change of the journal, made of these operations.
fn journal_change(
    operations: impl FnOnce(&mut Transaction<'_>, &automerge::ObjId),
) -> (Gatehouse, Vec<u8>) {
    let gate = Gatehouse::journal();
    let change = gate.craft(operations);
    (gate, change)
}

#[track_caller]
fn refused(operations: impl FnOnce(&mut Transaction<'_>, &automerge::ObjId), code: Code) {
    let (mut gate, change) = journal_change(operations);
    gate.refuses(&change, code);
}

#[test]
fn a_crafted_change_that_is_what_a_phone_makes_is_admitted() {
    let (mut gate, change) = journal_change(|transaction, claims| {
        put(transaction, claims, &feedback(1));
    });
    gate.admits(&change);
}

#[test]
fn an_operation_outside_the_container_is_malformed() {
    refused(
        |transaction, _| put(transaction, &ROOT, &feedback(1)),
        Code::ChangeMalformed,
    );
}

#[test]
fn the_kind_the_schema_and_the_container_cannot_be_written_anew() {
    refused(
        |transaction, _| transaction.put(ROOT, "kind", "calendar").unwrap(),
        Code::EntryRewritten,
    );
    refused(
        |transaction, _| transaction.put(ROOT, "schema", 2).unwrap(),
        Code::EntryRewritten,
    );
    refused(
        |transaction, _| {
            transaction
                .put_object(ROOT, "claims", ObjType::Map)
                .unwrap();
        },
        Code::EntryRewritten,
    );
    refused(
        |transaction, _| transaction.delete(ROOT, "claims").unwrap(),
        Code::EntryRewritten,
    );
}

#[test]
fn a_map_a_list_or_a_text_within_the_container_is_malformed() {
    for kind in [ObjType::Map, ObjType::List, ObjType::Text] {
        refused(
            |transaction, claims| {
                transaction
                    .put_object(claims, id(1).to_string(), kind)
                    .unwrap();
            },
            Code::ChangeMalformed,
        );
    }
}

#[test]
fn an_insertion_a_counter_and_a_text_for_an_entry_are_malformed() {
    refused(
        |transaction, claims| {
            let list = transaction.put_object(claims, id(1).to_string(), ObjType::List);
            transaction
                .insert(list.unwrap(), 0, documents::encode(&feedback(1)))
                .unwrap();
        },
        Code::ChangeMalformed,
    );
    refused(
        |transaction, claims| {
            let key = id(1).to_string();
            transaction
                .put(claims, key.as_str(), ScalarValue::counter(1))
                .unwrap();
            transaction.increment(claims, key.as_str(), 1).unwrap();
        },
        Code::ChangeMalformed,
    );
    for value in [
        ScalarValue::Str("text".into()),
        ScalarValue::Int(1),
        ScalarValue::Null,
        ScalarValue::Boolean(true),
        ScalarValue::F64(f64::NAN),
        ScalarValue::Timestamp(i64::MIN),
    ] {
        refused(
            |transaction, claims| transaction.put(claims, id(1).to_string(), value).unwrap(),
            Code::ChangeMalformed,
        );
    }
}

#[test]
fn a_marked_text_is_malformed() {
    use automerge::marks::{ExpandMark, Mark};
    refused(
        |transaction, claims| {
            let text = transaction
                .put_object(claims, id(1).to_string(), ObjType::Text)
                .unwrap();
            transaction.splice_text(&text, 0, 0, "abc").unwrap();
            transaction
                .mark(
                    &text,
                    Mark::new("bold".into(), true, 0, 2),
                    ExpandMark::None,
                )
                .unwrap();
        },
        Code::ChangeMalformed,
    );
}

#[test]
fn a_record_that_is_there_cannot_be_overwritten_deleted_or_written_beside() {
    let mut gate = Gatehouse::journal();
    let beside = gate.craft(|transaction, claims| put(transaction, claims, &feedback(1)));
    let first = gate.write(writer(2), &[feedback(1)]);
    gate.admits(&first);
    let over = gate.craft(|transaction, claims| {
        transaction
            .put(claims, id(1).to_string(), documents::encode(&feedback(2)))
            .unwrap();
    });
    gate.refuses(&over, Code::EntryRewritten);
    let away = gate.craft(|transaction, claims| {
        transaction.delete(claims, id(1).to_string()).unwrap();
    });
    gate.refuses(&away, Code::EntryRewritten);
    // Made by a device that had not seen the first: no predecessor, and still a second value.
    gate.refuses(&beside, Code::EntryRewritten);
}

#[test]
fn one_record_written_twice_in_one_change_is_rewritten() {
    refused(
        |transaction, claims| {
            put(transaction, claims, &feedback(1));
            let again = documents::encode(&check_in(1, "441200"));
            transaction.put(claims, id(1).to_string(), again).unwrap();
        },
        Code::EntryRewritten,
    );
}

#[test]
fn a_key_that_is_not_the_records_id_is_malformed() {
    let keys = [
        id(2).to_string(),
        id(1).to_string().to_uppercase(),
        id(1).0.simple().to_string(),
        "claims".to_owned(),
        "键".repeat(1_000),
    ];
    for key in keys {
        refused(
            |transaction, claims| {
                transaction
                    .put(claims, key, documents::encode(&feedback(1)))
                    .unwrap();
            },
            Code::EntryMalformed,
        );
    }
}

#[test]
fn bytes_that_are_no_record_are_malformed() {
    let whole = documents::encode(&feedback(1));
    let cut = whole[..whole.len() - 1].to_vec();
    let followed = [&whole[..], &[0]].concat();
    // An array announced with four thousand million elements, and one nested ten thousand deep.
    let vast = vec![0x9b, 0, 0, 0, 1, 0, 0, 0, 0];
    let deep = vec![0x81; 8_000];
    for bytes in [Vec::new(), b"{}".to_vec(), cut, followed, vast, deep] {
        refused(
            |transaction, claims| {
                transaction.put(claims, id(1).to_string(), bytes).unwrap();
            },
            Code::EntryMalformed,
        );
    }
}

#[test]
fn a_record_without_its_form_is_malformed() {
    let empty = Record::Claim(Claim::Feedback { text: " ".into() });
    let long = Record::Claim(Claim::Feedback {
        text: "a".repeat(2_001),
    });
    for record in [empty, long] {
        refused(
            |transaction, claims| put(transaction, claims, &entry(1, record)),
            Code::EntryMalformed,
        );
    }
}

#[test]
fn a_record_larger_than_its_limit_is_too_large() {
    refused(
        |transaction, claims| {
            let bytes = vec![0; limits::ENTRY_BYTES + 1];
            transaction.put(claims, id(1).to_string(), bytes).unwrap();
        },
        Code::ChangeTooLarge,
    );
}

#[test]
fn a_change_larger_than_its_limit_or_of_too_many_operations_is_too_large() {
    refused(
        |transaction, claims| {
            let bytes = vec![0; limits::CHANGE_BYTES];
            transaction.put(claims, id(1).to_string(), bytes).unwrap();
        },
        Code::ChangeTooLarge,
    );
    refused(
        |transaction, claims| {
            for number in 0..=u128::from(limits::CHANGE_OPERATIONS) {
                transaction
                    .put(claims, id(number).to_string(), vec![0])
                    .unwrap();
            }
        },
        Code::ChangeTooLarge,
    );
}

#[test]
fn one_bad_record_keeps_the_whole_change_out() {
    refused(
        |transaction, claims| {
            put(transaction, claims, &feedback(1));
            put(transaction, claims, &check_in(2, "440100"));
        },
        Code::ActivityElsewhere,
    );
}

#[test]
fn a_change_without_operations_is_malformed() {
    let mut gate = Gatehouse::journal();
    let (mut inner, _) = raw(&gate.document);
    let actor = [&device().0.as_bytes()[..], &1_u32.to_be_bytes()].concat();
    inner.set_actor(automerge::ActorId::from(actor));
    inner.empty_commit(CommitOptions::default());
    let change = inner.get_last_local_change().unwrap().raw_bytes().to_vec();
    gate.refuses(&change, Code::ChangeMalformed);
}

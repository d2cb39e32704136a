//! An app that opens the rows of the version before.

use super::phone::Disk;
use super::server::accept;
use super::*;
use crate::client::{RecordState, Table};
use crate::codes::Code;
use crate::wire;

/// Rows as the first released version of them was written: a journal with an uploaded check-in, a
/// calendar, an outcome, a refused record, one in an unsent change and one that is only saved.
const ROWS_OF_VERSION_1: &str = include_str!("fixtures/rows_of_version_1.txt");

fn disk(rows: &str) -> Disk {
    let bytes = |hex: &str| -> Vec<u8> {
        let digits = hex.as_bytes().chunks(2);
        digits
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    };
    rows.lines()
        .map(|line| {
            let [table, key, value] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("a row has three parts: {line}");
            };
            let mut tables = Table::ALL.into_iter();
            let table = tables.find(|known| known.as_str() == table).unwrap();
            ((table, bytes(key)), bytes(value))
        })
        .collect()
}

#[test]
fn the_rows_of_version_1_open_whole_and_what_is_unsent_is_uploaded() {
    let mut phone = Phone::over(disk(ROWS_OF_VERSION_1), 1);
    assert_eq!(phone.damaged, []);
    assert_eq!(phone.engine.activities().len(), 1);
    assert!(phone.engine.activities()[0].outcome.is_some());
    let status = phone.engine.status();
    assert_eq!((status.unsent, status.refused), (2, 1));
    // The sealed change goes as it was, the saved record in a change of its own behind it.
    assert_eq!(phone.offered(), [vec![id(3)], vec![id(4)]]);
    phone.answer(|_| {});
    assert_eq!(
        phone.states(),
        [
            (id(1), RecordState::Uploaded),
            (id(2), RecordState::Refused(Code::ActivityElsewhere)),
            (id(3), RecordState::Uploaded),
            (id(4), RecordState::Uploaded),
        ]
    );
    let again = phone.restart();
    assert_eq!(again.damaged, []);
    assert_eq!(again.engine.status().unsent, 0);
}

#[test]
fn rows_and_answers_of_a_later_version_keep_what_this_one_understands() {
    let mut phone = Phone::settled(None);
    phone.enter(1, phone::feedback("一")).unwrap();
    let mut answer: ciborium::Value =
        wire::decode(&wire::encode(&accept(phone.request()))).unwrap();
    let fields = answer.as_map_mut().unwrap();
    fields.push(("of_a_later_version".into(), 7.into()));
    for (name, value) in fields.iter_mut() {
        if name.as_text() == Some("verdicts") {
            let refused = ("refused".into(), "a_later_code".into());
            *value = ciborium::Value::Array(vec![ciborium::Value::Map(vec![refused])]);
        }
    }
    phone.hear(phone.request().exchange, Ok(wire::encode(&answer)));
    let refused = |phone: &Phone| {
        let view = phone.engine.records().remove(0);
        assert_eq!(view.state, RecordState::Refused(Code::Unknown));
    };
    refused(&phone);
    refused(&phone.restart());
}

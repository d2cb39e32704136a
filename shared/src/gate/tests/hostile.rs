//! Bytes that are no change, changes that do not follow, and changes made to hurt.

use std::num::NonZeroU64;

use automerge::transaction::Transactable;
use automerge::{Change, ObjType, ROOT};
use sha2::{Digest, Sha256};

use super::*;

const CHECKSUM: std::ops::Range<usize> = 4..8;
/// The bytes that the checksum covers begin with the chunk's type.
const COVERED: usize = 8;

/// Writes the checksum that the bytes behind it ask for.
pub(super) fn mend(bytes: &mut [u8]) {
    let digest = Sha256::digest(&bytes[COVERED..]);
    bytes[CHECKSUM].copy_from_slice(&digest[..4]);
}

fn valid() -> (Gatehouse, Vec<u8>) {
    let gate = Gatehouse::journal();
    let change = gate.write(writer(1), &[feedback(1), check_in(2, "441200")]);
    (gate, change)
}

/// Changes the expanded form of a valid change and encodes it again.
fn altered(gate: &Gatehouse, alter: impl FnOnce(&mut ExpandedChange)) -> Vec<u8> {
    let bytes = gate.write(writer(1), &[feedback(9)]);
    let mut expanded = Change::from_bytes(bytes).unwrap().decode();
    expanded.hash = None;
    alter(&mut expanded);
    Change::from(expanded).raw_bytes().to_vec()
}

#[test]
fn a_change_cut_at_any_byte_is_malformed() {
    let (mut gate, change) = valid();
    for end in 0..change.len() {
        gate.refuses(&change[..end], Code::ChangeMalformed);
        if end > COVERED {
            let mut cut = change[..end].to_vec();
            mend(&mut cut);
            gate.refuses(&cut, Code::ChangeMalformed);
        }
    }
}

#[test]
fn a_wrong_checksum_is_malformed() {
    let (mut gate, mut change) = valid();
    change[CHECKSUM.start] ^= 1;
    gate.refuses(&change, Code::ChangeMalformed);
    mend(&mut change);
    gate.admits(&change);
}

#[test]
fn two_changes_in_one_are_malformed() {
    let (mut gate, change) = valid();
    gate.refuses(&[&change[..], &change[..]].concat(), Code::ChangeMalformed);
    gate.refuses(&[&change[..], &[0]].concat(), Code::ChangeMalformed);
}

#[test]
fn a_compressed_change_is_malformed() {
    let mut gate = Gatehouse::journal();
    let long = Record::Claim(Claim::Feedback {
        text: "a".repeat(1_000),
    });
    let change = gate.write(writer(1), &[entry(1, long)]);
    let mut parsed = Change::from_bytes(change.clone()).unwrap();
    let compressed = parsed.bytes().into_owned();
    assert_ne!(compressed, change);
    gate.refuses(&compressed, Code::ChangeMalformed);
    gate.admits(&change);
}

#[test]
fn a_whole_document_is_malformed() {
    let (mut gate, change) = valid();
    let mut copy = gate.document.fork();
    copy.apply(&change).unwrap();
    let document = copy.into_inner().save_nocompress();
    gate.refuses(&document, Code::ChangeMalformed);
}

#[test]
fn a_change_not_written_in_the_one_canonical_way_is_malformed() {
    let (mut gate, change) = valid();
    // The chunk's length with one byte more than it needs, saying the same.
    let length_at = COVERED + 1;
    let length_bytes = 1 + change[length_at..]
        .iter()
        .position(|byte| byte & 0x80 == 0)
        .unwrap();
    let mut long = change.clone();
    long[length_at + length_bytes - 1] |= 0x80;
    long.insert(length_at + length_bytes, 0);
    mend(&mut long);
    gate.refuses(&long, Code::ChangeMalformed);
    gate.admits(&change);
}

#[test]
fn a_change_whose_dependency_is_missing_waits_for_it() {
    let mut gate = Gatehouse::journal();
    let first = gate.write(writer(1), &[feedback(1)]);
    let mut ahead = gate.document.fork();
    ahead.apply(&first).unwrap();
    let second = ahead.write(writer(2), now(), &[feedback(2)]).bytes;
    gate.refuses(&second, Code::DependencyMissing);
    gate.admits(&first);
    gate.admits(&second);
}

#[test]
fn a_change_of_a_document_that_does_not_begin_with_genesis_has_nothing_to_build_on() {
    let mut gate = Gatehouse::journal();
    let mut foreign = Automerge::new();
    let actor = [&device().0.as_bytes()[..], &1_u32.to_be_bytes()].concat();
    foreign.set_actor(automerge::ActorId::from(actor));
    let mut transaction = foreign.transaction();
    let claims = transaction
        .put_object(ROOT, "claims", ObjType::Map)
        .unwrap();
    put(&mut transaction, &claims, &feedback(1));
    transaction.commit();
    let change = foreign.get_last_local_change().unwrap();
    gate.refuses(change.raw_bytes(), Code::DependencyMissing);
}

#[test]
fn a_sequence_number_taken_is_a_copys_and_one_skipped_is_out_of_order() {
    let mut gate = Gatehouse::journal();
    let first = gate.write(writer(1), &[feedback(1)]);
    let rival = gate.write(writer(1), &[feedback(2)]);
    gate.admits(&first);
    gate.refuses(&rival, Code::DeviceCopied);
    for (sequence, code) in [
        (0, Code::ChangeOutOfOrder),
        (1, Code::DeviceCopied),
        (3, Code::ChangeOutOfOrder),
        (u64::MAX, Code::ChangeOutOfOrder),
    ] {
        let change = altered(&gate, |change| change.seq = sequence);
        assert_eq!(gate.admit(&change), Err(code), "{sequence}");
    }
}

#[test]
fn an_operation_number_that_is_taken_or_skipped_is_refused() {
    let mut gate = Gatehouse::journal();
    let first = gate.write(writer(1), &[feedback(1), feedback(2)]);
    gate.admits(&first);
    let start = |start| {
        altered(&gate, |change| {
            change.start_op = NonZeroU64::new(start).unwrap();
        })
    };
    let ahead = [7, 8, 1_000_000, u64::from(u32::MAX) - 1];
    let taken = [1, 2, 3, 4, 5];
    let changes: Vec<_> = ahead.into_iter().chain(taken).map(start).collect();
    let edge = [u64::from(u32::MAX), u64::MAX >> 1].map(start);
    let next = start(6);
    for change in changes {
        gate.refuses(&change, Code::ChangeOutOfOrder);
    }
    for change in edge {
        assert!(gate.admit(&change).is_err());
    }
    gate.admits(&next);
}

#[test]
fn a_message_and_bytes_that_nobody_reads_are_refused() {
    let mut gate = Gatehouse::journal();
    let message = altered(&gate, |change| change.message = Some("隐藏".repeat(1_000)));
    gate.refuses(&message, Code::ChangeMalformed);
    let extra = altered(&gate, |change| change.extra_bytes = vec![7; 1_000]);
    gate.refuses(&extra, Code::ChangeMalformed);
}

/// A change of about a hundred bytes whose columns hold `count` operations, checksum and all.
fn bomb(count: u64) -> Vec<u8> {
    bomb_of(count, &[])
}

/// The same with some columns replaced.
fn bomb_of(count: u64, instead: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let run = |value: &[u8]| [&signed(count)[..], value].concat();
    // Source: the Automerge binary format, column specifications.
    let columns: [(u8, Vec<u8>); 8] = [
        (0x01, run(&[1])),
        (0x02, run(&[3])),
        (0x15, run(b"\x01k")),
        (0x34, unsigned(count)),
        (0x42, run(&[1])),
        (0x56, run(&[0])),
        (0x57, Vec::new()),
        (0x70, run(&[0])),
    ];
    let mut columns: Vec<_> = columns
        .into_iter()
        .filter(|(_, data)| !data.is_empty())
        .filter(|(kept, _)| instead.iter().all(|(new, _)| new & !8 != *kept))
        .collect();
    columns.extend_from_slice(instead);
    columns.sort();
    let genesis = Document::new(crate::documents::DocumentKind::Journal).heads()[0];
    let actor = [&device().0.as_bytes()[..], &1_u32.to_be_bytes()].concat();
    let mut body = vec![1];
    body.extend(genesis.0);
    body.push(u8::try_from(actor.len()).unwrap());
    body.extend(actor);
    body.extend([1, 4, 0, 0, 0]);
    body.push(u8::try_from(columns.len()).unwrap());
    for (specification, data) in &columns {
        body.extend([*specification, u8::try_from(data.len()).unwrap()]);
    }
    body.extend(columns.into_iter().flat_map(|(_, data)| data));
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
    chunk.extend(unsigned(body.len() as u64));
    chunk.extend(body);
    mend(&mut chunk);
    chunk
}

pub(super) fn unsigned(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).unwrap();
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// The signed form of a positive number keeps its sixth bit free for the sign.
pub(super) fn signed(value: u64) -> Vec<u8> {
    let mut bytes = unsigned(value);
    if let Some(last) = bytes.last_mut()
        && *last & 0x40 != 0
    {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}

#[test]
fn a_bomb_of_two_million_operations_is_refused_before_it_goes_off() {
    let mut gate = Gatehouse::journal();
    let change = bomb(2_000_000);
    assert!(change.len() < 200, "{}", change.len());
    gate.refuses(&change, Code::ChangeTooLarge);
    // The same change with few operations passes the census: the count alone kept the bomb out.
    gate.refuses(&bomb(2), Code::ChangeMalformed);
    for count in [1 << 40, u64::MAX >> 1] {
        assert!(gate.admit(&bomb(count)).is_err(), "{count}");
    }
}

/// A change whose one operation names more predecessors than there are columns for.
#[test]
fn a_group_of_a_trillion_is_refused_before_anybody_walks_through_it() {
    let mut gate = Gatehouse::journal();
    for count in [1 << 40, limits::CHANGE_OPERATIONS + 1] {
        let change = bomb_of(1, &[(0x70, [signed(1), unsigned(count)].concat())]);
        gate.refuses(&change, Code::ChangeTooLarge);
    }
}

#[test]
fn a_deflated_column_is_refused_before_it_is_inflated() {
    let mut gate = Gatehouse::journal();
    // One stored block, which any inflater takes.
    let data = [signed(1), vec![1]].concat();
    let length = u16::try_from(data.len()).unwrap();
    let block = [
        &[1][..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        &data,
    ]
    .concat();
    let change = bomb_of(1, &[(0x42 | 8, block)]);
    gate.refuses(&change, Code::ChangeMalformed);
}

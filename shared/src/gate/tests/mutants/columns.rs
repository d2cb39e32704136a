//! Mutants that know the format: whole numbers of the header, whole columns, and run lengths are
//! altered, and every length and the checksum are mended. Source: the Automerge binary format.

use super::Dice;
use crate::gate::tests::hostile::{mend, signed, unsigned};

const HEADER_BYTES: usize = 9;
/// Numbers at the edges of what columns and headers can say.
const EDGES: [u64; 12] = [
    0,
    1,
    2,
    7,
    64,
    1_000,
    1_001,
    2_000_000,
    u32::MAX as u64,
    1 << 53,
    i64::MAX as u64,
    u64::MAX >> 1,
];

/// A change chunk taken apart.
struct Chunk {
    dependencies: Vec<u8>,
    actor: Vec<u8>,
    sequence: u64,
    start: u64,
    time: u64,
    message: Vec<u8>,
    others: Vec<Vec<u8>>,
    columns: Vec<(u64, Vec<u8>)>,
    rest: Vec<u8>,
}

/// Alters one to three parts of a change.
pub(super) fn mutate(change: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut chunk = Chunk::read(change);
    for _ in 0..=dice.below(2) {
        match dice.below(10) {
            0 => chunk.alter_header(dice),
            1 | 2 => chunk.alter_columns(dice),
            3..=5 => chunk.alter_run(dice),
            _ => chunk.alter_bytes(dice),
        }
    }
    chunk.write()
}

fn edge(dice: &mut Dice) -> u64 {
    EDGES[dice.below(EDGES.len())]
}

fn byte(dice: &mut Dice) -> u8 {
    u8::try_from(dice.below(256)).unwrap()
}

impl Chunk {
    fn read(change: &[u8]) -> Self {
        let mut rest = &change[HEADER_BYTES..];
        number(&mut rest);
        let count = length(&mut rest);
        let dependencies = take(&mut rest, count * 32);
        let count = length(&mut rest);
        let actor = take(&mut rest, count);
        let sequence = number(&mut rest);
        let start = number(&mut rest);
        let time = number(&mut rest);
        let count = length(&mut rest);
        let message = take(&mut rest, count);
        let mut others = Vec::new();
        for _ in 0..length(&mut rest) {
            let count = length(&mut rest);
            others.push(take(&mut rest, count));
        }
        let count = length(&mut rest);
        let heads: Vec<(u64, usize)> = (0..count)
            .map(|_| (number(&mut rest), length(&mut rest)))
            .collect();
        let columns = heads
            .into_iter()
            .map(|(specification, length)| (specification, take(&mut rest, length)))
            .collect();
        Self {
            dependencies,
            actor,
            sequence,
            start,
            time,
            message,
            others,
            columns,
            rest: rest.to_vec(),
        }
    }

    fn write(self) -> Vec<u8> {
        let mut body = unsigned(self.dependencies.len() as u64 / 32);
        body.extend(self.dependencies);
        body.extend(unsigned(self.actor.len() as u64));
        body.extend(self.actor);
        body.extend(unsigned(self.sequence));
        body.extend(unsigned(self.start));
        body.extend(unsigned(self.time));
        body.extend(unsigned(self.message.len() as u64));
        body.extend(self.message);
        body.extend(unsigned(self.others.len() as u64));
        for other in self.others {
            body.extend(unsigned(other.len() as u64));
            body.extend(other);
        }
        body.extend(unsigned(self.columns.len() as u64));
        for (specification, data) in &self.columns {
            body.extend(unsigned(*specification));
            body.extend(unsigned(data.len() as u64));
        }
        body.extend(self.columns.into_iter().flat_map(|(_, data)| data));
        body.extend(self.rest);
        let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
        chunk.extend(unsigned(body.len() as u64));
        chunk.extend(body);
        mend(&mut chunk);
        chunk
    }

    fn alter_header(&mut self, dice: &mut Dice) {
        match dice.below(9) {
            0 => self.sequence = edge(dice),
            1 => self.start = edge(dice),
            2 => self.time = edge(dice),
            3 => self.message = vec![byte(dice); dice.below(40)],
            4 => self.others.push(vec![byte(dice); dice.below(40)]),
            5 => self.others.push(self.actor.clone()),
            6 => self.dependencies.extend(vec![byte(dice); 32]),
            7 => {
                let place = dice.below(self.dependencies.len());
                self.dependencies[place] = byte(dice);
            }
            _ => {
                let place = dice.below(self.actor.len());
                self.actor[place] = byte(dice);
            }
        }
    }

    fn alter_columns(&mut self, dice: &mut Dice) {
        let (one, other) = (
            dice.below(self.columns.len()),
            dice.below(self.columns.len()),
        );
        match dice.below(7) {
            0 if self.columns.len() > 1 => drop(self.columns.remove(one)),
            0 | 1 => self.columns.swap(one, other),
            2 => self.columns.insert(one, self.columns[other].clone()),
            3 => self.columns[one].0 ^= 1 << dice.below(12),
            // The bit that says a column is deflated.
            4 => self.columns[one].0 |= 8,
            5 => self.columns[one].1 = self.columns[other].1.clone(),
            _ => {
                let data = vec![byte(dice); dice.below(20)];
                let specification = dice.below(256) as u64;
                self.columns.push((specification, data));
                self.columns.sort();
            }
        }
    }

    /// Puts a run of an edge's length before, behind or in place of a column.
    fn alter_run(&mut self, dice: &mut Dice) {
        let place = dice.below(self.columns.len());
        let mut run = match dice.below(3) {
            0 => [vec![0], unsigned(edge(dice))].concat(),
            1 => [signed(edge(dice)), unsigned(edge(dice))].concat(),
            _ => {
                let literals = edge(dice).min(40);
                let mut run = signed(literals);
                if let Some(last) = run.last_mut() {
                    // The sign: a negative run is of literals.
                    *last = (128 - literals.min(63) as u8) & 0x7f;
                }
                run.extend(vec![byte(dice) & 0x7f; usize::try_from(literals).unwrap()]);
                run
            }
        };
        let column = &mut self.columns[place].1;
        match dice.below(3) {
            0 => *column = run,
            1 => column.extend(run),
            _ => {
                run.append(column);
                *column = run;
            }
        }
    }

    fn alter_bytes(&mut self, dice: &mut Dice) {
        let place = dice.below(self.columns.len());
        let column = &mut self.columns[place].1;
        if column.is_empty() {
            column.push(byte(dice));
            return;
        }
        let at = dice.below(column.len());
        match dice.below(4) {
            0 => column[at] = byte(dice),
            1 => column[at] ^= 1 << dice.below(8),
            2 => column.insert(at, byte(dice)),
            _ => {
                column.remove(at);
            }
        }
    }
}

fn take(rest: &mut &[u8], length: usize) -> Vec<u8> {
    let (head, tail) = rest.split_at(length);
    *rest = tail;
    head.to_vec()
}

fn length(rest: &mut &[u8]) -> usize {
    usize::try_from(number(rest)).unwrap()
}

/// Reads a LEB128 number without looking at its sign.
fn number(rest: &mut &[u8]) -> u64 {
    let mut value = 0;
    let mut shift = 0;
    loop {
        let byte = take(rest, 1)[0];
        value |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return value;
        }
    }
}

#[test]
fn a_change_taken_apart_and_put_together_is_the_same() {
    let gate = crate::gate::tests::Gatehouse::journal();
    let writer = crate::gate::tests::writer(1);
    let change = gate.write(writer, &[crate::gate::tests::feedback(1)]);
    assert_eq!(Chunk::read(&change).write(), change);
}

//! Crowds of mutants: valid changes with a few bytes or whole columns altered and the checksum mended,
//! so that they get past the first door.

mod columns;

use std::collections::BTreeMap;
use std::panic;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::hostile::mend;
use super::*;

/// Mutants of each crowd.
const MUTANTS: usize = 30_000;
/// Mutants alter what stands behind the checksum.
const COVERED: usize = 8;

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u64() % bound as u64).unwrap()
    }
}

/// Gatehouses whose documents hold records already, each with a valid change on top.
fn parents() -> Vec<(Gatehouse, Vec<u8>)> {
    let mut parents = Vec::new();
    for (mut gate, old, new) in [
        (Gatehouse::journal(), vec![feedback(1)], vec![feedback(2)]),
        (
            Gatehouse::journal(),
            vec![feedback(1), check_in(2, "441200")],
            vec![check_in(3, "441200"), feedback(4), feedback(5)],
        ),
        (
            Gatehouse::calendar(),
            vec![plan(1, now())],
            vec![plan(2, now()), plan(3, now())],
        ),
        (
            Gatehouse::rollcall(),
            vec![mark(1, activity())],
            vec![mark(2, activity())],
        ),
    ] {
        let first = gate.write(writer(1), &old);
        gate.admits(&first);
        for run in [1, 2] {
            let change = gate.write(writer(run), &new);
            let gate = Gatehouse {
                document: gate.document.fork(),
                ..Gatehouse::of(gate.name)
            };
            parents.push((gate, change));
        }
    }
    parents
}

fn mutate(change: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut mutant = change.to_vec();
    for _ in 0..=dice.below(3) {
        let place = COVERED + dice.below(mutant.len() - COVERED);
        let value = u8::try_from(dice.below(256)).unwrap();
        match dice.below(8) {
            0..=3 => mutant[place] = value,
            4 => mutant[place] ^= 1 << dice.below(8),
            5 => mutant[place] = mutant[place].wrapping_add(1),
            6 => mutant.insert(place, value),
            _ => {
                mutant.remove(place);
            }
        }
    }
    mend(&mut mutant);
    mutant
}

/// An admitted mutant is a change like any other: the document loads, and what was there is there.
fn check_admitted(gate: &Gatehouse, document: &Document) {
    let bytes: Vec<u8> = document
        .changes()
        .into_iter()
        .flat_map(|change| change.bytes)
        .collect();
    let loaded = Document::load(document.kind(), &bytes).expect("an admitted mutant loads");
    assert_eq!(loaded.heads(), document.heads());
    let (entries, anomalies) = loaded.entries();
    assert_eq!(anomalies, []);
    for (id, entry) in gate.document.entries().0 {
        assert_eq!(entries.get(&id), Some(&entry));
    }
    // Whoever comes next can go on.
    let mut next = document.fork();
    next.write(writer(3), now(), &[feedback(90)]);
    assert!(next.survives_storage());
}

/// Runs a crowd of mutants against the gate and returns how often each answer came.
fn crowd(seed: u64, mutate: fn(&[u8], &mut Dice) -> Vec<u8>) -> BTreeMap<&'static str, usize> {
    let hook = panic::take_hook();
    // The library panics on some mutants; the gate catches that, and nobody needs to read it.
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(|| {
        let parents = parents();
        let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
        let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
        for number in 0..MUTANTS {
            let (gate, change) = &parents[number % parents.len()];
            let mutant = mutate(change, &mut dice);
            let mut copy = Gatehouse {
                document: gate.document.fork(),
                ..Gatehouse::of(gate.name)
            };
            let answer = match copy.admit(&mutant) {
                Ok(Admission::Admitted(_)) => {
                    check_admitted(gate, &copy.document);
                    "admitted"
                }
                Ok(Admission::Known(_)) => "known",
                Err(code) => {
                    assert_eq!(copy.document.heads(), gate.document.heads());
                    code.as_str()
                }
            };
            *answers.entry(answer).or_default() += 1;
        }
        answers
    });
    panic::set_hook(hook);
    match outcome {
        Ok(answers) => answers,
        Err(panic) => panic::resume_unwind(panic),
    }
}

/// Two crowds in one test, because the hook that keeps panics quiet is everybody's.
#[test]
fn no_mutant_panics_and_each_admitted_one_leaves_a_sound_document() {
    let bytes = crowd(2026, mutate);
    let columns = crowd(2027, columns::mutate);
    println!("{bytes:?}\n{columns:?}");
    // Both crowds get far enough in to mean something.
    for answers in [&bytes, &columns] {
        for code in [
            "admitted",
            Code::ChangeMalformed.as_str(),
            Code::EntryMalformed.as_str(),
            Code::ChangeForbidden.as_str(),
            Code::DependencyMissing.as_str(),
            Code::ChangeOutOfOrder.as_str(),
        ] {
            assert!(answers.contains_key(code), "no mutant was {code}");
        }
    }
    for code in [Code::ChangeTooLarge, Code::DeviceCopied] {
        assert!(
            columns.contains_key(code.as_str()),
            "no mutant was {code:?}"
        );
    }
}

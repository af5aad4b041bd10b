//! Keys that are at most one edit away from a name.
//!
//! One edit puts a character in, leaves one out, replaces one or swaps two neighbours. Every edit is
//! tried along the name, each leaving a rest that a key must match exactly, so that nearly all are
//! ruled out within a byte or two. (A ready-made Levenshtein automaton reads UTF-8 rather than the
//! codes of keys, and has to be built for every name.)

use fst::raw::{CompiledAddr, Fst, Output};

use super::alphabet::{Code, FIRST_LEAD};

/// A place among the keys, and the value gathered on the way there.
#[derive(Clone, Copy)]
struct Position {
    address: CompiledAddr,
    value: Output,
}

/// What a name's characters are among the keys; `None` for one that occurs in no key.
type Name<'a> = &'a [Option<Code>];

/// The values of the keys, in no order and some of them repeatedly.
pub(super) fn values<D: AsRef<[u8]>>(keys: &Fst<D>, name: Name) -> Vec<u64> {
    let walk = Walk { keys };
    let mut found = Vec::new();
    let mut here = Some(Position { address: keys.root().addr(), value: Output::zero() });
    for read in 0..=name.len() {
        let Some(position) = here else { break };
        let rest = &name[read..];
        found.extend(walk.one_edit_here(position, rest));
        here = rest.first().and_then(|&code| walk.step(position, code));
    }
    found.extend(here.and_then(|end| walk.end(end, &[])));
    found
}

struct Walk<'a, D> {
    keys: &'a Fst<D>,
}

impl<D: AsRef<[u8]>> Walk<'_, D> {
    /// The values of keys that go on from here with an edit at once and then the rest of the name.
    fn one_edit_here(&self, here: Position, rest: Name) -> Vec<u64> {
        let mut found = Vec::new();
        let after = rest.split_first().map(|(_, after)| after);
        found.extend(after.and_then(|after| self.end(here, after)));
        if let [first, second, after @ ..] = rest {
            let swapped = self.step(here, *second).and_then(|next| self.step(next, *first));
            found.extend(swapped.and_then(|next| self.end(next, after)));
        }
        self.for_each_child(here, |child| {
            found.extend(self.end(child, rest));
            found.extend(after.and_then(|after| self.end(child, after)));
        });
        found
    }

    /// Calls back with what follows each character that can come next.
    fn for_each_child(&self, here: Position, mut visit: impl FnMut(Position)) {
        for transition in self.keys.node(here.address).transitions() {
            let next = Position { address: transition.addr, value: here.value.cat(transition.out) };
            if transition.inp < FIRST_LEAD {
                visit(next);
                continue;
            }
            for second in self.keys.node(next.address).transitions() {
                visit(Position { address: second.addr, value: next.value.cat(second.out) });
            }
        }
    }

    fn step(&self, here: Position, code: Option<Code>) -> Option<Position> {
        match code?.to_be_bytes() {
            [0, only] => self.step_byte(here, only),
            [lead, second] => self.step_byte(self.step_byte(here, lead)?, second),
        }
    }

    fn step_byte(&self, here: Position, byte: u8) -> Option<Position> {
        let node = self.keys.node(here.address);
        let transition = node.transition(node.find_input(byte)?);
        Some(Position { address: transition.addr, value: here.value.cat(transition.out) })
    }

    /// The value of the key that goes on from here with this rest and ends.
    fn end(&self, here: Position, rest: Name) -> Option<u64> {
        let last = rest.iter().try_fold(here, |position, &code| self.step(position, code))?;
        let node = self.keys.node(last.address);
        node.is_final().then(|| last.value.cat(node.final_output()).value())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Letters to codes, `z` to one of two bytes, and back to the bytes of a key.
    fn code(letter: char) -> Code {
        if letter == 'z' { Code::from_be_bytes([FIRST_LEAD, b'a']) } else { Code::from(letter as u8) }
    }

    fn key(word: &str) -> Vec<u8> {
        word.chars().flat_map(|letter| code(letter).to_be_bytes()).filter(|&byte| byte != 0).collect()
    }

    fn found(words: &BTreeSet<String>, name: &str) -> BTreeSet<String> {
        let by_key = words.iter().zip(0..).map(|(word, number)| (key(word), number));
        let keys = Fst::from_iter_map(by_key.collect::<std::collections::BTreeMap<_, _>>()).unwrap();
        let codes: Vec<_> = name.chars().map(|letter| Some(code(letter))).collect();
        let words: Vec<_> = words.iter().collect();
        values(&keys, &codes).into_iter().map(|number| words[usize::try_from(number).unwrap()].clone()).collect()
    }

    /// Every word that an edit makes of a name, and the name.
    fn edits(name: &str) -> BTreeSet<String> {
        let name: Vec<char> = name.chars().collect();
        let mut edits = BTreeSet::from([name.clone()]);
        for i in 0..=name.len() {
            let (before, after) = name.split_at(i);
            if let [_, rest @ ..] = after {
                edits.insert([before, rest].concat());
            }
            if let [first, second, rest @ ..] = after {
                edits.insert([before, &[*second, *first], rest].concat());
            }
            for letter in "abz".chars() {
                edits.insert([before, &[letter], after].concat());
                edits.insert([before, &[letter], &after[after.len().min(1)..]].concat());
            }
        }
        edits.into_iter().map(String::from_iter).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]
        #[test]
        fn finds_what_one_edit_makes_of_a_name(words in prop::collection::btree_set("[abz]{1,5}", 0..80), name in "[abz]{1,5}") {
            let expected: BTreeSet<String> = edits(&name).intersection(&words).cloned().collect();
            prop_assert_eq!(found(&words, &name), expected);
        }
    }

    #[test]
    fn a_character_of_no_key_can_be_replaced() {
        let keys = Fst::from_iter_map([("ab", 7)]).unwrap();
        assert_eq!(values(&keys, &[Some(code('a')), None]), [7]);
        assert_eq!(values(&keys, &[None, None]), [0; 0]);
    }
}

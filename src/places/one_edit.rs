//! Keys that are at most one edit away from a name.

use fst::Automaton;

use super::alphabet::{Code, FIRST_LEAD};

/// The longest name, in characters, that is compared: positions in it are bits of a [`u128`].
pub(super) const MAX_CHARACTERS: usize = 126;

/// Accepts the keys that a character put in, left out, replaced or swapped with its neighbour
/// turns into the name (optimal string alignment distance of at most 1).
///
/// It follows all ways to read a key at once, so a key's first character already rules out most of
/// the rest. Made for the keys' own codes, which the automata of ready-made crates do not read.
pub(super) struct OneEdit {
    name: Vec<Code>,
}

/// Each position is how many of the name's characters the key read so far accounts for.
#[derive(Clone, Copy, Default)]
pub(super) struct State {
    /// First of two bytes, waiting for the second.
    lead: Option<u8>,
    /// The position without an edit.
    exact: Option<usize>,
    /// The position before two characters of which the second has come first.
    swapping: Option<usize>,
    /// The positions after an edit, as bits.
    edited: u128,
}

impl OneEdit {
    /// `None` for a name that is too long.
    pub(super) fn new(name: Vec<Code>) -> Option<Self> {
        (name.len() <= MAX_CHARACTERS).then_some(Self { name })
    }

    fn read(&self, state: State, code: Code) -> State {
        let is_next = |position: usize| self.name.get(position) == Some(&code);
        let mut next = State::default();
        let mut edited = state.edited;
        while edited != 0 {
            let position = edited.trailing_zeros() as usize;
            edited &= edited - 1;
            if is_next(position) {
                next.edited |= 1 << (position + 1);
            }
        }
        if let Some(position) = state.swapping
            && is_next(position)
        {
            next.edited |= 1 << (position + 2);
        }
        if let Some(position) = state.exact {
            let put_in = 1 << position;
            let replaced = if position < self.name.len() { 1 << (position + 1) } else { 0 };
            let left_out = if is_next(position + 1) { 1 << (position + 2) } else { 0 };
            next.edited |= put_in | replaced | left_out;
            next.exact = is_next(position).then_some(position + 1);
            next.swapping = is_next(position + 1).then_some(position);
        }
        next
    }
}

impl Automaton for OneEdit {
    type State = State;

    fn start(&self) -> State {
        State { exact: Some(0), ..State::default() }
    }

    fn is_match(&self, state: &State) -> bool {
        let end = self.name.len();
        let last_left_out = state.exact.is_some_and(|position| position + 1 >= end);
        state.lead.is_none() && (last_left_out || state.edited >> end & 1 == 1)
    }

    fn can_match(&self, state: &State) -> bool {
        state.exact.is_some() || state.swapping.is_some() || state.edited != 0
    }

    fn accept(&self, state: &State, byte: u8) -> State {
        match state.lead {
            Some(lead) => self.read(*state, Code::from_be_bytes([lead, byte])),
            None if byte >= FIRST_LEAD => State { lead: Some(byte), ..*state },
            None => self.read(*state, byte.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accepts(name: &[u8], key: &[u8]) -> bool {
        let automaton = OneEdit::new(name.iter().copied().map(Code::from).collect()).unwrap();
        let end = key.iter().fold(automaton.start(), |state, &byte| automaton.accept(&state, byte));
        automaton.is_match(&end)
    }

    /// By trying every edit.
    fn is_one_edit_away(name: &[u8], key: &[u8]) -> bool {
        let with = |edit: &dyn Fn(&mut Vec<u8>)| {
            let mut edited = name.to_vec();
            edit(&mut edited);
            edited == key
        };
        name == key
            || (0..name.len()).any(|i| with(&|name| drop(name.remove(i))))
            || (1..name.len()).any(|i| with(&|name| name.swap(i - 1, i)))
            || key.iter().any(|&byte| (0..name.len()).any(|i| with(&|name| name[i] = byte)))
            || key.iter().any(|&byte| (0..=name.len()).any(|i| with(&|name| name.insert(i, byte))))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn agrees_with_trying_every_edit(name in "[abc]{1,6}", key in "[abc]{0,7}") {
            prop_assert_eq!(
                accepts(name.as_bytes(), key.as_bytes()),
                is_one_edit_away(name.as_bytes(), key.as_bytes())
            );
        }
    }

    #[test]
    fn counts_a_character_of_two_bytes_as_one() {
        let (first, second) = (0xe601, 0xe702);
        let automaton = OneEdit::new(vec![first, second, first]).unwrap();
        let reads = |codes: &[Code]| {
            let bytes = codes.iter().flat_map(|code| code.to_be_bytes());
            let end = bytes.fold(automaton.start(), |state, byte| automaton.accept(&state, byte));
            automaton.is_match(&end)
        };
        assert!(reads(&[first, second, first]));
        assert!(reads(&[second, first, first]));
        assert!(reads(&[first, 0xe805, first]));
        assert!(reads(&[first, first]));
        assert!(!reads(&[first]));
        assert!(!reads(&[second, second, second]));
    }
}

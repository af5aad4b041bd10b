//! Names one or two edits away from what was typed, best first.
//!
//! One edit inserts a character, deletes one, replaces one or swaps two neighbours (the restricted Damerau-Levenshtein
//! distance). The search walks the trie of names with two rows of the distance table, takes the most promising branch
//! first, and prunes branches in which no name can be close enough. (The Levenshtein automaton of `fst` does not
//! support swaps and takes milliseconds to build.)

use std::collections::BinaryHeap;

use fst::raw::{CompiledAddr, Fst, Output};

use super::format::{PackedLists, Posting, STEPS_PER_DOUBLING};
use super::work::WorkBudget;

/// The longest text for which near names are searched.
const MAX_LETTERS: usize = 40;

/// The most edits that any search allows.
const MAX_EDITS: usize = 2;

/// What each edit subtracts from a name's score.
pub(super) const EDIT_PENALTY: u32 = 6 * STEPS_PER_DOUBLING;

/// The most edits in a name whose first letter differs: people rarely get that one wrong.
const MAX_EDITS_WITH_WRONG_FIRST_LETTER: u8 = 1;

/// A name close to what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NearName {
    pub(super) name: String,
    pub(super) edits: u8,
    /// Where its list of places begins.
    pub(super) list: u64,
}

/// A row of the distance table.
type Row = [u8; MAX_LETTERS + 1];

/// The names close to a text.
pub(super) struct NearNames<'a> {
    names: &'a Fst<&'static [u8]>,
    postings: PackedLists,
    typed: Vec<char>,
    /// The UTF-8 lengths of the typed letters, see [`length_bits`].
    lengths: u32,
    /// For each step, the best score that it can lead to, and its index in `steps`.
    queue: BinaryHeap<(u32, usize)>,
    steps: Vec<MisspeltStep>,
    /// The letters walked to reach the steps, each with the index of the one before it.
    path: Vec<(char, usize)>,
}

#[derive(Clone, Copy)]
enum MisspeltStep {
    Branch(Branch),
    Name { edits: u8, list: u64, path: usize },
}

/// A branch of the trie, with the rows of the table for the last two letters walked to reach it.
#[derive(Clone, Copy)]
struct Branch {
    address: CompiledAddr,
    output: Output,
    before: Row,
    row: Row,
    max_edits: u8,
    path: usize,
}

/// The path to the root.
const START: usize = usize::MAX;

impl<'a> NearNames<'a> {
    /// The names at most `max_edits` edits away from a folded text; none for a text that is too long.
    pub(super) fn new(names: &'a Fst<&'static [u8]>, postings: PackedLists, typed: &str, max_edits: u8) -> Self {
        let typed: Vec<char> = typed.chars().collect();
        let mut near = Self {
            names,
            postings,
            lengths: length_bits(&typed),
            typed,
            queue: BinaryHeap::new(),
            steps: Vec::new(),
            path: Vec::new(),
        };
        if near.typed.len() <= MAX_LETTERS {
            let mut row = [u8::MAX; MAX_LETTERS + 1];
            for (distance, cell) in (0..).zip(&mut row[..=near.typed.len()]) {
                *cell = distance;
            }
            let (address, output) = (names.root().addr(), Output::zero());
            near.push(0, MisspeltStep::Branch(Branch { address, output, before: row, row, max_edits, path: START }));
        }
        near
    }

    /// The next best name.
    pub(super) fn next(&mut self, work: &mut WorkBudget) -> Option<NearName> {
        while let Some((_, step)) = self.queue.pop() {
            match self.steps[step] {
                MisspeltStep::Branch(branch) => self.expand(&branch, work),
                MisspeltStep::Name { edits, list, path } => {
                    return Some(NearName { name: self.name(path), edits, list });
                }
            }
        }
        None
    }

    fn push(&mut self, score: u32, step: MisspeltStep) {
        self.queue.push((score, self.steps.len()));
        self.steps.push(step);
    }

    fn name(&self, mut path: usize) -> String {
        let mut letters = Vec::new();
        while let Some(&(letter, before)) = self.path.get(path) {
            letters.push(letter);
            path = before;
        }
        letters.into_iter().rev().collect()
    }

    fn score(&self, output: Output) -> u32 {
        Posting::unpack(self.postings.first(output.value())).score
    }

    fn expand(&mut self, branch: &Branch, work: &mut WorkBudget) {
        let node = self.names.node(branch.address);
        let edits = branch.row[self.typed.len()];
        if node.is_final() && edits <= branch.max_edits {
            let list = branch.output.cat(node.final_output());
            let score = self.score(list).saturating_sub(EDIT_PENALTY * u32::from(edits));
            self.push(score, MisspeltStep::Name { edits, list: list.value(), path: branch.path });
        }
        if branch.row[..=self.typed.len()].iter().any(|&edits| edits < branch.max_edits) {
            self.follow_all(branch, branch.address, branch.output, &mut Vec::new(), work);
            return;
        }
        for letter in self.letters_without_edit(branch) {
            if !work.take() {
                return;
            }
            if let Some((address, output)) = self.find(branch, letter) {
                self.follow(branch, letter, address, output);
            }
        }
    }

    /// The letters that can come next when no edit is left: those typed at this point, and the first letter of a swap.
    fn letters_without_edit(&self, branch: &Branch) -> Vec<char> {
        let last = self.path.get(branch.path).map(|(letter, _)| letter);
        let mut letters = Vec::new();
        for (i, &letter) in self.typed.iter().enumerate() {
            let is_next = branch.row[i] <= branch.max_edits;
            let is_swapped = branch.before[i] < branch.max_edits && last.is_some() && self.typed.get(i + 1) == last;
            if (is_next || is_swapped) && !letters.contains(&letter) {
                letters.push(letter);
            }
        }
        letters
    }

    fn find(&self, branch: &Branch, letter: char) -> Option<(CompiledAddr, Output)> {
        letter.encode_utf8(&mut [0; 4]).bytes().try_fold((branch.address, branch.output), |(address, output), byte| {
            let node = self.names.node(address);
            let transition = node.transition(node.find_input(byte)?);
            Some((transition.addr, output.cat(transition.out)))
        })
    }

    /// Follows every character that can come next, byte by byte.
    fn follow_all(
        &mut self,
        branch: &Branch,
        address: CompiledAddr,
        output: Output,
        bytes: &mut Vec<u8>,
        work: &mut WorkBudget,
    ) {
        let names = self.names;
        for transition in names.node(address).transitions() {
            if bytes.is_empty() && length_bit(transition.inp) & self.lengths == 0 {
                continue;
            }
            if !work.take() {
                return;
            }
            let output = output.cat(transition.out);
            bytes.push(transition.inp);
            match std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next()) {
                Some(letter) => self.follow(branch, letter, transition.addr, output),
                None => self.follow_all(branch, transition.addr, output, bytes, work),
            }
            bytes.pop();
        }
    }

    /// Follows one character.
    fn follow(&mut self, branch: &Branch, letter: char, address: CompiledAddr, output: Output) {
        let is_wrong_first_letter = branch.path == START && self.typed.first() != Some(&letter);
        let max_edits = if is_wrong_first_letter {
            branch.max_edits.min(MAX_EDITS_WITH_WRONG_FIRST_LETTER)
        } else {
            branch.max_edits
        };
        let row = self.next_row(branch, letter);
        let least_edits = row[..=self.typed.len()].iter().copied().min().unwrap_or(u8::MAX);
        if least_edits > max_edits {
            return;
        }
        self.path.push((letter, branch.path));
        let path = self.path.len() - 1;
        let score = self.score(output).saturating_sub(EDIT_PENALTY * u32::from(least_edits));
        self.push(score, MisspeltStep::Branch(Branch { address, output, before: branch.row, row, max_edits, path }));
    }

    /// The row of the table for one more letter. Only cells near the diagonal can be within [`MAX_EDITS`].
    fn next_row(&self, branch: &Branch, letter: char) -> Row {
        let last = self.path.get(branch.path).map(|&(letter, _)| letter);
        let letters_before = usize::from(branch.row[0]);
        let mut row = [u8::MAX; MAX_LETTERS + 1];
        row[0] = branch.row[0].saturating_add(1);
        let near_diagonal =
            letters_before.saturating_sub(MAX_EDITS)..self.typed.len().min(letters_before + 1 + MAX_EDITS);
        for i in near_diagonal {
            let typed = self.typed[i];
            let replaced = branch.row[i].saturating_add(u8::from(typed != letter));
            let inserted_or_deleted = branch.row[i + 1].min(row[i]).saturating_add(1);
            row[i + 1] = replaced.min(inserted_or_deleted);
            if i > 0 && Some(typed) == last && self.typed[i - 1] == letter {
                row[i + 1] = row[i + 1].min(branch.before[i - 1].saturating_add(1));
            }
        }
        row
    }
}

/// The UTF-8 lengths that letters have, as bits. A misspelling rarely changes the script, and the length of a letter in
/// UTF-8 distinguishes scripts well enough to skip most branches of other ones.
fn length_bits(letters: &[char]) -> u32 {
    letters.iter().fold(0, |bits, letter| bits | 1 << letter.len_utf8())
}

/// The bit in [`length_bits`] of a letter whose first byte is this one.
fn length_bit(first: u8) -> u32 {
    1 << first.leading_ones().max(1)
}

//! The keys that begin with a text, by the places they lead to.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fst::raw::{CompiledAddr, Output};

use super::names::{Found, Names, Weights};

/// How many branches of the keys one search may enter: several times what the widest one needs,
/// and about a millisecond where a qualifier throws nearly everything away.
const MAX_BRANCHES: u32 = 5_000;

/// Walks the keys towards the best places first.
///
/// The smallest value below a node is known at the node (`fst` moves what values have in common
/// towards the root), and with it the most that a place below can score, so the walk enters no
/// branch before its turn.
pub(super) struct BestFirst<'a> {
    names: &'a Names,
    weights: Weights,
    branches: BinaryHeap<Reverse<(u64, CompiledAddr)>>,
    places: BinaryHeap<(u64, Reverse<u32>)>,
    branches_left: u32,
}

impl<'a> BestFirst<'a> {
    pub(super) fn new(names: &'a Names, weights: Weights) -> Self {
        let (branches, places) = (BinaryHeap::new(), BinaryHeap::new());
        Self { names, weights, branches, places, branches_left: MAX_BRANCHES }
    }

    /// Adds the keys that begin with these bytes; none when there are no such bytes.
    pub(super) fn add_below(&mut self, beginning: Option<Vec<u8>>) {
        let Some(beginning) = beginning else { return };
        let keys = self.names.keys();
        let (mut node, mut output) = (keys.root(), Output::zero());
        for byte in beginning {
            let Some(input) = node.find_input(byte) else { return };
            let transition = node.transition(input);
            output = output.cat(transition.out);
            node = keys.node(transition.addr);
        }
        self.branches.push(Reverse((output.value(), node.addr())));
    }

    fn enter(&mut self, output: u64, address: CompiledAddr) {
        let names = self.names;
        let mut output = Output::new(output);
        let mut node = names.keys().node(address);
        // Most branches have a long end without forks.
        while node.len() == 1 && !node.is_final() {
            let only = node.transition(0);
            output = output.cat(only.out);
            node = names.keys().node(only.addr);
        }
        if node.is_final() {
            for posting in names.postings(output.cat(node.final_output()).value()) {
                let Found { score, place } = names.found(posting, self.weights);
                self.places.push((score, Reverse(place)));
            }
        }
        let next = node.transitions().map(|next| Reverse((output.cat(next.out).value(), next.addr)));
        self.branches.extend(next);
    }
}

impl Iterator for BestFirst<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let branch = self.branches.peek().map(|Reverse(branch)| *branch);
            let best_below = branch.map_or(0, |(output, _)| self.names.bound(output, self.weights));
            if let Some(&(score, Reverse(place))) = self.places.peek()
                && score >= best_below
            {
                self.places.pop();
                return Some(Found { score, place });
            }
            let (output, address) = branch?;
            self.branches.pop();
            self.branches_left = self.branches_left.checked_sub(1)?;
            self.enter(output, address);
        }
    }
}

//! Limits how much work one lookup may do.

/// The units of work that a lookup may still do. Entering a branch of the index, or comparing a place with a qualifier,
/// costs one unit: some 100 to 400 ns.
#[derive(Clone, Debug)]
pub(super) struct WorkBudget {
    left: u32,
}

impl WorkBudget {
    pub(super) fn new(units: u32) -> Self {
        Self { left: units }
    }

    /// Takes one unit; false if none is left.
    pub(super) fn take(&mut self) -> bool {
        #[cfg(test)]
        tests::count();
        let left = self.left.checked_sub(1);
        self.left = left.unwrap_or(0);
        left.is_some()
    }

    /// Sets aside up to `units` for one part of the lookup.
    pub(super) fn set_aside(&mut self, units: u32) -> Self {
        let units = units.min(self.left);
        self.left -= units;
        Self { left: units }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::Cell;

    thread_local! {
        static REQUESTED_UNITS: Cell<u32> = const { Cell::new(0) };
    }

    pub(super) fn count() {
        REQUESTED_UNITS.with(|units| units.set(units.get() + 1));
    }

    /// How many units a lookup asks for, including those that it does not get.
    pub(in super::super) fn units_asked_for(look_up: impl FnOnce()) -> u32 {
        REQUESTED_UNITS.with(|units| units.set(0));
        look_up();
        REQUESTED_UNITS.with(Cell::get)
    }
}

//! What a connection is doing, and how long it may go on doing it.

use std::{
    pin::Pin,
    sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::Relaxed},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{Instant, Sleep};

/// How long a connection may stand idle: longer than the 60 seconds for which a load balancer uses one again.
pub const IDLE: Duration = Duration::from_secs(75);

/// How long a request's head may take, from its first byte: seconds on the worst mobile link, plus some.
pub const HEAD: Duration = Duration::from_secs(10);

/// How long a client may take no byte of an answer that is waiting for it.
pub const STALL: Duration = Duration::from_secs(30);

/// How long a connection must have been idle to be closed when the server ends. Before that a request may be under way.
pub const LAST_CALL: Duration = Duration::from_secs(1);

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It waits for a request.
    Idle,
    /// It reads a request's head.
    Head,
    /// It waits for the handler, which has its own time limits.
    Answering,
    /// It waits for the client to take more of the answer.
    Stalled,
}

const PHASES: [Phase; 4] = [Phase::Idle, Phase::Head, Phase::Answering, Phase::Stalled];

/// What is known about a connection by its stream and its service, which both tell, and its watchdog, which looks.
///
/// All three live in one task, so the atomics only make it `Sync`; they order nothing.
#[derive(Debug, Default)]
pub struct Activity {
    /// A place in `PHASES`; the first is that of a new connection.
    phase: AtomicU8,
    /// Counts what began, so that an idle time is told from the one before it without reading a clock each time.
    changes: AtomicU32,
    /// Whether the next answer is the last one.
    is_last: AtomicBool,
    /// Whether a request came with a body that nobody reads.
    has_unread: AtomicBool,
}

impl Activity {
    /// Bytes have come.
    pub fn received(&self) {
        if self.phase() == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// A request's head is complete.
    pub fn asked(&self) {
        self.enter(Phase::Answering);
    }

    /// The client took bytes. Whether they were the last of the answer makes no difference to the clocks.
    pub fn sent(&self) {
        self.enter(Phase::Idle);
    }

    /// The client takes no more bytes for now.
    pub fn stalled(&self) {
        if self.phase() != Phase::Stalled {
            self.enter(Phase::Stalled);
        }
    }

    /// From now on the next answer is the last one.
    pub fn end_after_answer(&self) {
        self.is_last.store(true, Relaxed);
    }

    /// Whether the next answer is the last one.
    pub fn ends_after_answer(&self) -> bool {
        self.is_last.load(Relaxed)
    }

    /// The client may be sending what nobody reads.
    pub fn leave_unread(&self) {
        self.has_unread.store(true, Relaxed);
    }

    /// Whether the client may be sending what nobody reads.
    pub fn has_unread(&self) -> bool {
        self.has_unread.load(Relaxed)
    }

    fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Relaxed);
        self.changes.store(self.changes.load(Relaxed).wrapping_add(1), Relaxed);
    }

    fn phase(&self) -> Phase {
        PHASES[usize::from(self.phase.load(Relaxed))]
    }
}

/// Notices when a connection has been at one thing for too long.
///
/// It has one timer for all limits, and moves it only when it rings or would ring too late: busy connections never
/// touch the timer.
pub struct Watchdog<'a> {
    activity: &'a Activity,
    alarm: Pin<&'a mut Sleep>,
    idle: Duration,
    changes: u32,
    since: Instant,
}

impl<'a> Watchdog<'a> {
    /// Watches from now on.
    pub fn new(activity: &'a Activity, alarm: Pin<&'a mut Sleep>) -> Self {
        Self { activity, alarm, idle: IDLE, changes: 0, since: Instant::now() }
    }

    /// From now on idle connections are let go soon, those that have been idle for a while at once.
    pub fn hurry(&mut self) {
        self.idle = LAST_CALL;
    }

    /// Ready with what the connection has been doing for too long. To be polled after the connection, each time.
    pub fn poll_overdue(&mut self, cx: &mut Context<'_>) -> Poll<Phase> {
        let changes = self.activity.changes.load(Relaxed);
        if changes != self.changes {
            self.changes = changes;
            self.since = Instant::now();
        }
        let phase = self.activity.phase();
        let limit = match phase {
            Phase::Idle => self.idle,
            Phase::Head => HEAD,
            Phase::Stalled => STALL,
            Phase::Answering => return Poll::Pending,
        };
        let deadline = self.since + limit;
        if deadline < self.alarm.deadline() {
            self.alarm.as_mut().reset(deadline);
        }
        loop {
            ready!(self.alarm.as_mut().poll(cx));
            if self.alarm.deadline() >= deadline {
                return Poll::Ready(phase);
            }
            self.alarm.as_mut().reset(deadline);
        }
    }
}

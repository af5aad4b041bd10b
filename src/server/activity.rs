//! The phases of a connection and their time limits.

use std::{
    pin::Pin,
    sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::Relaxed},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{Instant, Sleep};

/// How long a connection may be idle: longer than the 60 seconds for which a load balancer reuses one.
pub const IDLE_TIME: Duration = Duration::from_secs(75);

/// How long a request's head may take from its first byte: a few seconds on a very slow mobile link, with some margin.
pub const HEAD_TIME: Duration = Duration::from_secs(10);

/// How long a client may go without accepting a byte of a response.
pub const STALL_TIME: Duration = Duration::from_secs(30);

/// How long a connection must be idle to be closed while the server is closing. Until then a request may be on its way.
pub const IDLE_WHEN_CLOSING: Duration = Duration::from_secs(1);

/// The phase of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionPhase {
    /// Waiting for a request.
    Idle,
    /// Reading a request's head.
    Head,
    /// Waiting for the handler, which has its own time limits.
    Answering,
    /// Waiting for the client to accept more of the response.
    Stalled,
}

const PHASES: [ConnectionPhase; 4] =
    [ConnectionPhase::Idle, ConnectionPhase::Head, ConnectionPhase::Answering, ConnectionPhase::Stalled];

/// The state of a connection, updated by its stream and its service and read by its watchdog.
///
/// All three run in one task, so the atomics only make it `Sync`; no ordering is needed.
#[derive(Debug, Default)]
pub struct ConnectionActivity {
    /// An index into `PHASES`; the first is that of a new connection.
    phase: AtomicU8,
    /// Counts phases, so that two idle phases can be distinguished without reading a clock each time.
    changes: AtomicU32,
    /// Whether the next response is the last one.
    is_last: AtomicBool,
    /// Whether a request has a body, which is never read.
    has_unread_body: AtomicBool,
    /// Whether the handler's response has not been sent completely.
    is_answering: AtomicBool,
}

impl ConnectionActivity {
    /// Bytes were received.
    pub fn received(&self) {
        if self.phase() == ConnectionPhase::Idle {
            self.enter(ConnectionPhase::Head);
        }
    }

    /// A request's head is complete.
    pub fn request_received(&self) {
        self.is_answering.store(true, Relaxed);
        self.enter(ConnectionPhase::Answering);
    }

    /// The client accepted bytes. Whether they were the last of the response does not matter for the time limits.
    pub fn sent(&self) {
        self.enter(ConnectionPhase::Idle);
    }

    /// The client accepts no more bytes for now.
    pub fn stalled(&self) {
        if self.phase() != ConnectionPhase::Stalled {
            self.enter(ConnectionPhase::Stalled);
        }
    }

    /// Everything that was written has been sent.
    pub fn flushed(&self) {
        // While the handler works there is nothing to send.
        if self.phase() != ConnectionPhase::Answering {
            self.is_answering.store(false, Relaxed);
        }
    }

    /// Whether a response of the handler is being sent.
    pub fn is_answering(&self) -> bool {
        self.is_answering.load(Relaxed)
    }

    /// Closes the connection after the next response.
    pub fn close_after_response(&self) {
        self.is_last.store(true, Relaxed);
    }

    /// Whether the connection is closed after the next response.
    pub fn closes_after_response(&self) -> bool {
        self.is_last.load(Relaxed)
    }

    /// Records that a request has a body, which will not be read.
    pub fn mark_unread_body(&self) {
        self.has_unread_body.store(true, Relaxed);
    }

    /// Whether a request has a body, which will not be read.
    pub fn has_unread_body(&self) -> bool {
        self.has_unread_body.load(Relaxed)
    }

    fn enter(&self, phase: ConnectionPhase) {
        self.phase.store(phase as u8, Relaxed);
        self.changes.store(self.changes.load(Relaxed).wrapping_add(1), Relaxed);
    }

    fn phase(&self) -> ConnectionPhase {
        PHASES[usize::from(self.phase.load(Relaxed))]
    }
}

/// Detects when a connection has been in one phase for too long.
///
/// It uses one timer for all limits and resets it only when it fires or would fire too late, so busy connections never
/// touch the timer.
pub struct Watchdog<'a> {
    activity: &'a ConnectionActivity,
    alarm: Pin<&'a mut Sleep>,
    idle: Duration,
    changes: u32,
    since: Instant,
}

impl<'a> Watchdog<'a> {
    /// Starts watching now.
    pub fn new(activity: &'a ConnectionActivity, alarm: Pin<&'a mut Sleep>) -> Self {
        Self { activity, alarm, idle: IDLE_TIME, changes: 0, since: Instant::now() }
    }

    /// From now on closes an idle connection after [`IDLE_WHEN_CLOSING`], which may have passed already.
    pub fn shorten_idle_limit(&mut self) {
        self.idle = IDLE_WHEN_CLOSING;
    }

    /// Ready with the phase that has lasted too long. Must be polled again each time the connection has been polled.
    pub fn poll_overdue(&mut self, cx: &mut Context<'_>) -> Poll<ConnectionPhase> {
        let changes = self.activity.changes.load(Relaxed);
        if changes != self.changes {
            self.changes = changes;
            self.since = Instant::now();
        }
        let phase = self.activity.phase();
        let limit = match phase {
            ConnectionPhase::Idle => self.idle,
            ConnectionPhase::Head => HEAD_TIME,
            ConnectionPhase::Stalled => STALL_TIME,
            ConnectionPhase::Answering => return Poll::Pending,
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

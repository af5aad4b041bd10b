//! A stream that reports reads and writes, and withholds the HTTP library's own error responses.
//!
//! The library answers requests that it cannot parse with a bare status. That response is withheld, and the server sends
//! one in the format of all its errors instead.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::activity::ConnectionActivity;

/// A stream whose reads and writes are reported.
pub struct MonitoredStream<'a, S> {
    stream: S,
    activity: &'a ConnectionActivity,
    rejected_status: Option<[u8; 3]>,
}

/// How the library's own responses begin; the status follows.
const STATUS_LINE: &[u8] = b"HTTP/1.1 ";

impl<'a, S> MonitoredStream<'a, S> {
    /// Reports reads and writes of `stream` to `activity`.
    pub fn new(stream: S, activity: &'a ConnectionActivity) -> Self {
        Self { stream, activity, rejected_status: None }
    }

    /// The inner stream.
    pub fn into_inner(self) -> S {
        self.stream
    }

    /// The status with which the library wanted to reject a request.
    pub fn rejected_status(&self) -> Option<[u8; 3]> {
        self.rejected_status
    }

    /// Discards what the library writes when no request has reached the handler, and keeps its status.
    fn withhold(&mut self, bytes: &[u8]) {
        let status = bytes.strip_prefix(STATUS_LINE).and_then(|rest| rest.first_chunk());
        self.rejected_status = self.rejected_status.or(status.copied());
    }

    fn report(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(_)) => self.activity.sent(),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.activity.stalled(),
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for MonitoredStream<'_, S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.activity.received();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for MonitoredStream<'_, S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if !self.activity.is_answering() {
            self.withhold(buf);
            return Poll::Ready(Ok(buf.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.report(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if !self.activity.is_answering() {
            for buf in bufs {
                self.withhold(buf);
            }
            return Poll::Ready(Ok(bufs.iter().map(|buf| buf.len()).sum()));
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.report(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if flushed.is_ready() {
            self.activity.flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.rejected_status.is_some() {
            // The server's own response is still to be sent.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

//! Where connections come from.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
};

/// A source of connections: a TCP port, or a test.
pub trait Listener: Send {
    /// A connection's bytes.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection and the address of its peer.
    ///
    /// # Errors
    /// What keeps this machine from taking connections for now. A connection that broke before it began is none.
    fn accept(&mut self) -> impl Future<Output = io::Result<(Self::Stream, SocketAddr)>> + Send;

    /// Stops listening and hands over the connections that nobody has accepted yet.
    fn into_backlog(self) -> Vec<(Self::Stream, SocketAddr)>;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        loop {
            match TcpListener::accept(self).await {
                // An answer goes out in one write: waiting to fill a packet would only delay it.
                Ok((stream, peer)) if stream.set_nodelay(true).is_ok() => return Ok((stream, peer)),
                Ok(_) => {}
                Err(error) if is_the_peers_fault(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn into_backlog(self) -> Vec<(TcpStream, SocketAddr)> {
        // The standard listener asks the kernel itself, where tokio's waits to be told by its event loop.
        let Ok(listener) = self.into_std() else { return Vec::new() };
        let accepted = std::iter::from_fn(|| listener.accept().ok());
        let usable = accepted.filter_map(|(stream, peer)| {
            stream.set_nonblocking(true).and_then(|()| stream.set_nodelay(true)).ok()?;
            Some((TcpStream::from_std(stream).ok()?, peer))
        });
        usable.collect()
    }
}

fn is_the_peers_fault(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

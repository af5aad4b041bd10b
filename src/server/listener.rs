//! Sources of connections.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
};

/// A source of connections: a TCP port, or a test.
pub trait Listener: Send {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection and the address of its peer.
    ///
    /// # Errors
    /// Errors that prevent accepting, such as a lack of file descriptors; not connections that failed before they started.
    fn accept(&mut self) -> impl Future<Output = io::Result<(Self::Stream, SocketAddr)>> + Send;

    /// Stops listening and returns the connections that have not been accepted yet.
    fn into_backlog(self) -> Vec<(Self::Stream, SocketAddr)>;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        loop {
            match TcpListener::accept(self).await {
                // A response is sent in one write; waiting to fill a packet would only delay it.
                Ok((stream, peer)) if stream.set_nodelay(true).is_ok() => return Ok((stream, peer)),
                Ok(_) => {}
                Err(error) if is_connection_error(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn into_backlog(self) -> Vec<(TcpStream, SocketAddr)> {
        // The standard listener asks the kernel directly; tokio's waits for its event loop.
        let Ok(listener) = self.into_std() else { return Vec::new() };
        let accepted = std::iter::from_fn(|| listener.accept().ok());
        let usable = accepted.filter_map(|(stream, peer)| {
            stream.set_nonblocking(true).and_then(|()| stream.set_nodelay(true)).ok()?;
            Some((TcpStream::from_std(stream).ok()?, peer))
        });
        usable.collect()
    }
}

fn is_connection_error(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[tokio::test]
    async fn a_listener_returns_its_backlog_and_sets_nodelay() {
        let mut listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let clients = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
        let (accepted, peer) = Listener::accept(&mut listener).await.unwrap();
        assert_eq!(peer, clients[0].local_addr().unwrap());
        let waiting = listener.into_backlog();
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].1, clients[1].local_addr().unwrap());
        assert!(accepted.nodelay().unwrap() && waiting[0].0.nodelay().unwrap());
        assert!(TcpStream::connect(address).await.is_err(), "the port is closed");
    }
}

//! Asks several candidates in order, without waiting for slow ones.

use std::{ops::ControlFlow, time::Duration};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::time::{Instant, sleep_until};

/// The next candidate is asked when a third of the time left has passed without an answer.
pub(super) const SHARE_BEFORE_NEXT: u32 = 3;

/// A name, and the request, which is not sent before it is polled.
pub(super) type Candidate<'a, T> = (&'static str, BoxFuture<'a, T>);

/// Asks the candidates in order, the next one when one fails or is slow, and passes each answer to `take`, which breaks
/// when it has enough. Requests that are still pending then are dropped.
///
/// Returns the names of the candidates that did not answer within `limit`.
pub(super) async fn race<T>(
    candidates: Vec<Candidate<'_, T>>,
    limit: Duration,
    mut take: impl FnMut(&'static str, T) -> ControlFlow<()>,
) -> Vec<&'static str> {
    let deadline = Instant::now() + limit;
    let mut waiting = candidates.into_iter().peekable();
    let mut running = FuturesUnordered::new();
    let mut unanswered = Vec::new();
    loop {
        if let Some((name, request)) = waiting.next() {
            running.push(request.map(move |answer| (name, answer)));
            unanswered.push(name);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let give_up_at = if waiting.peek().is_some() { Instant::now() + left / SHARE_BEFORE_NEXT } else { deadline };
        tokio::select! {
            biased;
            answer = running.next() => match answer {
                None => return Vec::new(),
                Some((name, answer)) => {
                    unanswered.retain(|other| *other != name);
                    if take(name, answer).is_break() {
                        return Vec::new();
                    }
                }
            },
            () = sleep_until(give_up_at) => {
                if waiting.peek().is_none() {
                    return unanswered;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::time::sleep;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(9);

    fn after(seconds: u64, answer: Result<u8, ()>) -> BoxFuture<'static, Result<u8, ()>> {
        async move {
            sleep(Duration::from_secs(seconds)).await;
            answer
        }
        .boxed()
    }

    /// The winner, the time, and the candidates that had not answered by then.
    async fn run(candidates: Vec<Candidate<'static, Result<u8, ()>>>) -> (Option<u8>, u64, Vec<&'static str>) {
        let start = Instant::now();
        let mut won = None;
        let unanswered = race(candidates, LIMIT, |_, answer| match answer {
            Ok(value) => {
                won = Some(value);
                ControlFlow::Break(())
            }
            Err(()) => ControlFlow::Continue(()),
        })
        .await;
        (won, start.elapsed().as_secs(), unanswered)
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_wins_when_it_is_quick() {
        assert_eq!(run(vec![("a", after(2, Ok(1))), ("b", after(0, Ok(2)))]).await, (Some(1), 2, vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_is_asked_at_once_when_one_fails() {
        assert_eq!(run(vec![("a", after(1, Err(()))), ("b", after(1, Ok(2)))]).await, (Some(2), 2, vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_is_asked_after_a_third_when_one_is_slow() {
        assert_eq!(run(vec![("a", pending().boxed()), ("b", after(1, Ok(2)))]).await, (Some(2), 4, vec![]));
        let three = vec![("a", pending().boxed()), ("b", pending().boxed()), ("c", ready(Ok(3)).boxed())];
        assert_eq!(run(three).await, (Some(3), 5, vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn the_slow_one_may_still_win() {
        assert_eq!(run(vec![("a", after(4, Ok(1))), ("b", after(8, Ok(2)))]).await, (Some(1), 4, vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_with_the_limit_or_with_the_last_answer() {
        let silent = vec![("a", pending().boxed()), ("b", pending().boxed())];
        assert_eq!(run(silent).await, (None, LIMIT.as_secs(), vec!["a", "b"]));
        assert_eq!(run(vec![("a", after(1, Err(()))), ("b", after(1, Err(())))]).await, (None, 2, vec![]));
        assert_eq!(run(vec![]).await, (None, 0, vec![]));
    }
}

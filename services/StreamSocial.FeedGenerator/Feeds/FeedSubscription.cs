namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>One listener of a <see cref="FeedBoard"/>. <see cref="Reset"/>, read the feed, then await <see cref="Changed"/>: no change is missed.</summary>
internal sealed class FeedSubscription(FeedBoard board, string user) : IDisposable
{
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string User => user;

    /// <summary>Completes when the feed took an entry after the last <see cref="Reset"/>.</summary>
    public Task Changed => _changed.Task;

    public void Reset()
    {
        if (_changed.Task.IsCompleted)
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Dispose() => board.Remove(this);

    internal void Signal() => _changed.TrySetResult();
}

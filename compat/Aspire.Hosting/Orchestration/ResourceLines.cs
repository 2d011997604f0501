using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The lines of one resource: the last thousand are kept.</summary>
internal sealed class ResourceLines(string resourceName, IResourceLineSink sink)
{
    private const int Kept = 1000;

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _last = new();
    private ImmutableList<Channel<LogLine>> _watchers = [];
    private int _count;

    public void Add(string content, bool isError)
    {
        lock (_lock)
        {
            var line = new LogLine(++_count, content, isError);
            _last.Enqueue(line);
            if (_last.Count > Kept)
                _last.Dequeue();

            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(line);

            sink.Write(resourceName, content, isError);
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync()
    {
        await Task.CompletedTask;
        IReadOnlyList<LogLine> lines;
        lock (_lock)
            lines = [.. _last];

        yield return lines;
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // A reader that is slow loses the oldest lines, never the resource its output.
        var channel = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(10 * Kept) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            foreach (var line in _last)
                channel.Writer.TryWrite(line);

            _watchers = _watchers.Add(channel);
        }

        try
        {
            await foreach (var line in channel.Reader.ReadAllAsync(cancellationToken))
                yield return [line];
        }
        finally
        {
            lock (_lock)
                _watchers = _watchers.Remove(channel);
        }
    }
}

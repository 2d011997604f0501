using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Streams.Reading;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks.Restart;

/// <summary>A group's only member, run after run, with its state on disk.</summary>
internal sealed class RestartMember(string bootstrapServers, bool embedded, string directory, RestartBenchmarkOptions options)
{
    private const string BytesRead = "streamsocial.streams.restore.size";

    /// <summary>Entries per second while the state is filled: checkpoints must keep up, so that in the end all of it is in one.</summary>
    private const int FillRate = 3_000;

    /// <summary>Entries whose values are compared after each start.</summary>
    private const int Compared = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly TopicCatalog _topics = StreamSocialTopics.For(TopologyProfile.Small);
    private long _processed;

    private int Partitions => _topics[TopicNames.UserActions].Partitions;

    /// <summary>Runs until all events are processed, and ends in order.</summary>
    /// <param name="progress">Called with the number of entries processed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="NotHeldException">They were not processed in time, or not all of it was checkpointed.</exception>
    public async Task FillAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        using (var host = Build(FillRate, progress))
        {
            await host.StartAsync(cancellationToken);
            try
            {
                await WaitAsync(() => Interlocked.Read(ref _processed) >= options.Keys, () => $"{_processed:N0} of {options.Keys:N0} entries were processed", cancellationToken, TimeSpan.FromSeconds((double)options.Keys / FillRate));
            }
            finally
            {
                await host.StopAsync(CancellationToken.None);
            }
        }
        // Once more, in which what had no checkpoint is done again.
        await StartAgainAsync(mayProcess: true, cancellationToken);
    }

    /// <summary>Starts until all partitions answer, compares the state with what it must be, and ends in order.</summary>
    /// <exception cref="NotHeldException">They did not answer in time, or the state is another one, or had to be made again from the input.</exception>
    public Task<RestartMeasurement> StartAgainAsync(CancellationToken cancellationToken) => StartAgainAsync(mayProcess: false, cancellationToken);

    private async Task<RestartMeasurement> StartAgainAsync(bool mayProcess, CancellationToken cancellationToken)
    {
        var before = Interlocked.Read(ref _processed);
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Name == BytesRead) listener.EnableMeasurementEvents(instrument); } };
        var read = 0L;
        listener.SetMeasurementEventCallback<long>((_, bytes, _, _) => read = bytes);
        listener.Start();
        var started = Stopwatch.GetTimestamp();
        using var host = Build(rate: 0, _ => { });
        await host.StartAsync(cancellationToken);
        try
        {
            var reader = host.Services.GetRequiredService<ITaskReader>();
            await WaitAsync(() => CountAnswering(reader) == Partitions, () => $"{CountAnswering(reader)} of {Partitions} partitions answered", cancellationToken);
            var ready = Stopwatch.GetElapsedTime(started);
            listener.RecordObservableInstruments();
            if (!mayProcess && Interlocked.Read(ref _processed) is var processed && processed > before)
                throw new NotHeldException($"{processed - before:N0} entries had no checkpoint when the member ended, and were processed again.");
            Compare(reader);
            return new RestartMeasurement(ready, read);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    private int CountAnswering(ITaskReader reader) => Enumerable.Range(0, Partitions)
        .Count(partition => reader.TryRead<RestartProcessor, long>(BenchmarkMember.Stage, partition, processor => processor.Entries, out _) == TaskAvailability.Running);

    private void Compare(ITaskReader reader)
    {
        var entries = Enumerable.Range(0, Partitions).Sum(partition => Read(partition, processor => processor.Entries));
        if (entries != options.Keys)
            throw new NotHeldException($"The state has {entries:N0} entries after a restart instead of {options.Keys:N0}.");
        var step = Math.Max(1, options.Keys / Compared);
        for (var i = 0; i < options.Keys; i += step)
        {
            var key = i.ToString(CultureInfo.InvariantCulture);
            if (!Read(KeyPartitioner.PartitionOf(key, Partitions), processor => processor.Has(key)))
                throw new NotHeldException($"Entry {key} has another value after a restart.");
        }

        T Read<T>(int partition, Func<RestartProcessor, T> read) => reader.TryRead(BenchmarkMember.Stage, partition, read, out var result) == TaskAvailability.Running
            ? result!
            : throw new NotHeldException($"Partition {partition} answered and does no more.");
    }

    /// <param name="condition">What is waited for.</param>
    /// <param name="actual">What there is, when that does not come about.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="least">Time that it takes at least.</param>
    private static async Task WaitAsync(Func<bool> condition, Func<string> actual, CancellationToken cancellationToken, TimeSpan least = default)
    {
        for (var started = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(Poll, cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(started) > least + Patience)
                throw new NotHeldException($"After {(least + Patience).TotalMinutes:0} min {actual()}.");
        }
    }

    private IHost Build(int rate, Action<long> progress) => BenchmarkMember.Build(
        bootstrapServers, embedded, _topics, context => new RestartProcessor(context, options.ValueBytes, () => progress(Interlocked.Increment(ref _processed))),
        new("Streams:Store", "disk"),
        new("Streams:StoreDirectory", directory),
        new("Streams:MaxEntriesPerSecond", rate.ToString(CultureInfo.InvariantCulture)),
        new("Streams:HandoverBudget", "00:01:00"),
        new("Streams:StopBudget", "00:00:01"));
}

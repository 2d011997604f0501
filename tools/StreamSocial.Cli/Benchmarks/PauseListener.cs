using System.Diagnostics.Tracing;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>Times the garbage collector's pauses from the runtime's own events: from the suspension of all threads until they run again.</summary>
internal sealed class PauseListener : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords GarbageCollection = (EventKeywords)1;
    private const string SuspendBegin = "GCSuspendEEBegin_V1";
    private const string RestartEnd = "GCRestartEEEnd_V1";

    private DateTime _suspended;
    private long _longestTicks;

    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref _longestTicks));

    public void Reset() => Interlocked.Exchange(ref _longestTicks, 0);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
            EnableEvents(eventSource, EventLevel.Informational, GarbageCollection);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // Written by one thread after the other: there is one suspension at a time.
        if (eventData.EventName == SuspendBegin)
            _suspended = eventData.TimeStamp;
        else if (eventData.EventName == RestartEnd && _suspended != default)
            Interlocked.Exchange(ref _longestTicks, Math.Max(_longestTicks, (eventData.TimeStamp - _suspended).Ticks));
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace StreamSocial.Streams.Tests.Cluster;

/// <summary>Keeps what StreamSocial's instruments measure from now on, of all members of the process.</summary>
internal sealed class MeasurementRecorder : IDisposable
{
    private readonly ConcurrentQueue<(object? Scope, string Name, Recorded Recorded)> _measured = new();
    private readonly MeterListener _listener;

    public MeasurementRecorder()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name.StartsWith("StreamSocial.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>A member's measurements of an instrument so far, those read just now included.</summary>
    public IReadOnlyList<Recorded> Of(TestMember member, string instrument)
    {
        _listener.RecordObservableInstruments();
        return [.. _measured.Where(entry => ReferenceEquals(entry.Scope, member.Meters) && entry.Name == instrument).Select(entry => entry.Recorded)];
    }

    /// <summary>The latest measurement of a topic.</summary>
    public double Last(TestMember member, string instrument, string topic) => Of(member, instrument).Last(value => value.Tag("messaging.destination.name") == topic).Value;

    /// <summary>The instruments that a member has measured with.</summary>
    public IEnumerable<string> Names(TestMember member) => _measured.Where(entry => ReferenceEquals(entry.Scope, member.Meters)).Select(entry => entry.Name).Distinct();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue((instrument.Meter.Scope, instrument.Name, new Recorded(value, tags.ToArray())));

    /// <summary>One measurement.</summary>
    internal sealed record Recorded(double Value, KeyValuePair<string, object?>[] Tags)
    {
        /// <summary>The value of a tag; null if there is none.</summary>
        public string? Tag(string name) => Tags.FirstOrDefault(tag => tag.Key == name).Value as string;
    }
}

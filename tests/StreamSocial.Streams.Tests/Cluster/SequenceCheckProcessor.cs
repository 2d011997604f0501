using Google.Protobuf.WellKnownTypes;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Cluster;

/// <summary>Remembers the last number of each key and how many entries did not carry the next one.</summary>
/// <param name="context">Its place.</param>
/// <param name="before">Called before each entry.</param>
internal sealed class SequenceCheckProcessor(ITaskContext context, Action before) : IRecordProcessor
{
    private const string Wrong = "!wrong";

    private readonly IStateStore<string, long> _last = context.OpenStore(16, "last", Codecs.Utf8, Codecs.Int64);

    public static StageDefinition Stage(Action? before = null) =>
        new("sequence-check", TestTopics.Numbers, TestTopics.NumbersState, context => new SequenceCheckProcessor(context, before ?? (() => { })));

    public IReadOnlyDictionary<string, long> Last => _last.Entries.Where(entry => entry.Key != Wrong).ToDictionary();

    public long OutOfTurn => _last.TryGet(Wrong, out var wrong) ? wrong : 0;

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        before();
        var text = StringValue.Parser.ParseFrom(entry.Payload.Span).Value;
        var colon = text.LastIndexOf(':');
        var (key, number) = (text[..colon], long.Parse(text.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
        _last.TryGet(key, out var last);
        if (number != last + 1)
            _last.Put(Wrong, OutOfTurn + 1);
        _last.Put(key, number);
    }
}

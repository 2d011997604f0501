using System.Globalization;
using System.Text;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Cli.Benchmarks.Restart;

/// <summary>Keeps a value of a given length for each key; what is in it follows from the key, and no compression makes it small.</summary>
internal sealed class RestartProcessor(ITaskContext context, int valueBytes, Action processed) : IRecordProcessor
{
    private const byte StoreId = 16;

    private readonly IStateStore<string, string> _values = context.OpenStore(StoreId, "values", Codecs.Utf8, Codecs.Utf8);

    public long Entries => _values.Count;

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var key = Encoding.UTF8.GetString(entry.Key.Span);
        _values.Put(key, ValueOf(key, valueBytes));
        processed();
    }

    /// <summary>Whether a key has its value.</summary>
    public bool Has(string key) => _values.TryGet(key, out var value) && value == ValueOf(key, valueBytes);

    private static string ValueOf(string key, int bytes)
    {
        var random = new Random(int.Parse(key, CultureInfo.InvariantCulture));
        return string.Create(bytes, random, static (text, random) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = (char)random.Next(' ', '~');
        });
    }
}

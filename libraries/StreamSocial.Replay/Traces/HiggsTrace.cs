using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay.Traces;

/// <summary>A Higgs trace file as a source of actions.</summary>
public sealed class HiggsTrace(string path, string idPrefix = "h") : ITraceSource
{
    private readonly HiggsTraceReader _reader = HiggsTraceReader.Open(path);

    /// <inheritdoc/>
    public string Description { get; } = Path.GetFileName(path);

    /// <inheritdoc/>
    public double? FractionRead => _reader.FractionRead;

    /// <inheritdoc/>
    public long InteractionsRead { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<ReplayEvent> ReadEvents() => new TraceInterpreter(idPrefix).Interpret(CountLines());

    public void Dispose() => _reader.Dispose();

    private IEnumerable<HiggsLine> CountLines()
    {
        foreach (var line in _reader.ReadLines())
        {
            InteractionsRead++;
            yield return line;
        }
    }
}

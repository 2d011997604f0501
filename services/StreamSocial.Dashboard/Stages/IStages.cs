using StreamSocial.Operations.Stages;

namespace StreamSocial.Dashboard.Stages;

/// <summary>The stages that people may pause and reset.</summary>
internal interface IStages
{
    /// <summary>Pauses and resets them; null where there are none.</summary>
    StageOperator? Operator { get; }

    /// <summary>The stages as they are now; null while that is unknown.</summary>
    IReadOnlyList<StageDocument>? Current { get; }
}

/// <summary>Those of the cluster.</summary>
internal sealed class ClusterStages(StageOperator stages) : IStages
{
    public StageOperator Operator => stages;

    public IReadOnlyList<StageDocument>? Current
    {
        get
        {
            try
            {
                return stages.List();
            }
            catch (StageOperationException)
            {
                // The topic has not been read yet; whoever asks for the stages is told so.
                return null;
            }
        }
    }
}

/// <summary>Demo mode has none.</summary>
internal sealed class NoStages : IStages
{
    public StageOperator? Operator => null;

    public IReadOnlyList<StageDocument> Current => [];
}

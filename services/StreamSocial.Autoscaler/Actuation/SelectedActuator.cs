using Microsoft.Extensions.Options;
using Polly;
using Polly.Registry;
using Polly.Retry;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Autoscaler.Actuation;

/// <summary>The actuator that the options name, with retries around it. Whatever fails in it is an answer, not an exception.</summary>
internal sealed class SelectedActuator
{
    /// <summary>Name of the Polly pipeline.</summary>
    public const string PipelineName = "actuator";

    private readonly IReplicaActuator _actuator;
    private readonly ResiliencePipeline<ActuationResult> _pipeline;

    public SelectedActuator(IEnumerable<IReplicaActuator> actuators, IOptions<AutoscalerOptions> options, ResiliencePipelineProvider<string> pipelines)
    {
        var actuator = actuators.Single(actuator => actuator.Name == options.Value.Actuator);
        _actuator = options.Value.DryRun ? new DryRunReplicaActuator(actuator) : actuator;
        _pipeline = pipelines.GetPipeline<ActuationResult>(PipelineName);
    }

    /// <inheritdoc cref="IReplicaActuator.CanAsk"/>
    public bool CanAsk => _actuator.CanAsk;

    /// <summary>Reads how many replicas there are; null when unknown.</summary>
    public async Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _actuator.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (IsOwn(e, cancellationToken))
        {
            return null;
        }
    }

    /// <summary>Asks for a number of replicas, again when it is refused.</summary>
    public async Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken) => await _pipeline.ExecuteAsync(
        static async (state, token) =>
        {
            try
            {
                return await state.Actuator.ApplyAsync(state.Replicas, token);
            }
            catch (Exception e) when (IsOwn(e, token))
            {
                return new ActuationResult(false, $"{state.Actuator.Name} failed: {e.Message}");
            }
        },
        (Actuator: _actuator, Replicas: replicas),
        cancellationToken);

    /// <summary>Two more tries within a second; the next tick decides anew.</summary>
    public static void Configure(ResiliencePipelineBuilder<ActuationResult> pipeline) => pipeline.AddRetry(new RetryStrategyOptions<ActuationResult>
    {
        ShouldHandle = new PredicateBuilder<ActuationResult>().HandleResult(static result => !result.IsAccepted),
        MaxRetryAttempts = 2,
        Delay = TimeSpan.FromMilliseconds(250),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
    });

    private static bool IsOwn(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException or InvalidOperationException or TimeoutException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}

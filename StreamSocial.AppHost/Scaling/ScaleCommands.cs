using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace StreamSocial.AppHost.Scaling;

/// <summary>The commands on the Aspire dashboard, and of <c>aspire resource feed-generators …</c>, that change the number of replicas.</summary>
internal static class ScaleCommands
{
    private const string ReplicasArgument = "replicas";

    public static IResourceBuilder<FeedGeneratorsResource> WithScaleCommands(this IResourceBuilder<FeedGeneratorsResource> parent, FeedGeneratorOptions options) => parent
        .WithCommand("scale-out", "Scale out", context => Scale(context, scaler => scaler.Wanted + 1), new CommandOptions
        {
            Description = "Starts one more feed generator.", IconName = "AddSquare", IsHighlighted = true,
        })
        .WithCommand("scale-in", "Scale in", context => Scale(context, scaler => scaler.Wanted - 1), new CommandOptions
        {
            Description = "Drains and stops one feed generator.", IconName = "SubtractSquare", IsHighlighted = true,
        })
        .WithCommand("replicas", "Replicas…", context => Scale(context, _ => ReadReplicas(context)), new CommandOptions
        {
            Description = "Asks for a number of feed generators. The autoscaler, where it is on, may change it again.",
            IconName = "NumberSymbolSquare",
            Arguments =
            [
                new InteractionInput
                {
                    Name = ReplicasArgument,
                    Label = $"Replicas ({options.Minimum} to {options.Maximum})",
                    InputType = InputType.Number,
                    Required = true,
                },
            ],
        });

    private static int? ReadReplicas(ExecuteCommandContext context) =>
        int.TryParse(context.Arguments[ReplicasArgument].Value, CultureInfo.InvariantCulture, out var replicas) ? replicas : null;

    private static Task<ExecuteCommandResult> Scale(ExecuteCommandContext context, Func<ReplicaScaler, int?> choose)
    {
        var scaler = context.Services.GetRequiredService<ReplicaScaler>();
        if (choose(scaler) is not { } replicas)
            return Task.FromResult(CommandResults.Failure("The number of replicas is no whole number."));
        if (replicas < scaler.Options.Minimum || replicas > scaler.Options.Maximum)
            return Task.FromResult(CommandResults.Failure($"{replicas} is out of range: ask for {scaler.Options.Minimum} to {scaler.Options.Maximum} replicas."));

        scaler.Scale(replicas);
        return Task.FromResult(CommandResults.Success($"{replicas} replica(s) wanted."));
    }
}

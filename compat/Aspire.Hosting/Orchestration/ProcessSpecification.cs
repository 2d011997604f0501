namespace Aspire.Hosting.Orchestration;

/// <summary>What to start.</summary>
internal sealed record ProcessSpecification(
    string Command,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> RemovedVariables);

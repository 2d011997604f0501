using System.Reflection;

namespace Aspire.Hosting;

/// <summary>
/// Lets a test run an AppHost's entry point up to <see cref="IDistributedApplicationBuilder.Build"/> and take the application from there. It travels with the
/// execution context of that entry point, so several can run side by side.
/// </summary>
internal sealed class EntryPointInterception(Assembly appHost, Action<DistributedApplicationOptions> configure)
{
    private static readonly AsyncLocal<EntryPointInterception?> Ambient = new();

    private readonly TaskCompletionSource<IDistributedApplicationBuilder> _building = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _proceed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static EntryPointInterception? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public Assembly AppHost { get; } = appHost;

    /// <summary>Ends when the entry point has described everything and is about to build.</summary>
    public Task<IDistributedApplicationBuilder> Building => _building.Task;

    public Task<DistributedApplication> Built => _built.Task;

    public void Configure(DistributedApplicationOptions options) => configure(options);

    public void Proceed() => _proceed.TrySetResult();

    public void Abandon() => _proceed.TrySetCanceled();

    /// <summary>Builds when the test says so, then leaves the entry point by the exception that hosts use for that.</summary>
    public DistributedApplication Intercept(IDistributedApplicationBuilder builder, Func<DistributedApplication> build)
    {
        _building.TrySetResult(builder);
        _proceed.Task.GetAwaiter().GetResult();
        try
        {
            _built.TrySetResult(build());
        }
        catch (Exception e)
        {
            _built.TrySetException(e);
        }

        throw new Microsoft.Extensions.Hosting.HostAbortedException("The application belongs to the test now.");
    }
}

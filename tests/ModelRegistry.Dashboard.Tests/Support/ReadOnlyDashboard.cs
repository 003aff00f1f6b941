using ModelRegistry.Dashboard.Hosting;

namespace ModelRegistry.Dashboard.Tests.Support;

/// <summary>One registry and one dashboard for all tests of a class that change neither.</summary>
public abstract class ReadOnlyDashboard : IAsyncLifetime
{
    private readonly Action<TestRegistry>? _fill;
    private readonly DashboardOptions? _options;

    private protected ReadOnlyDashboard(Action<TestRegistry>? fill = null, DashboardOptions? options = null) => (_fill, _options) = (fill, options);

    internal RunningDashboard Dashboard { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var registry = new TestRegistry();
        _fill?.Invoke(registry);
        Dashboard = await RunningDashboard.Start(registry, _options, owns: true);
    }

    public async Task DisposeAsync() => await Dashboard.DisposeAsync();
}
